import * as React from 'react';

import type { Event, ToldEvent } from '../../client/client';
import { ActButton } from '../../actions/ActButton';
import { need } from '../../actions/needs';
import { Icon } from '../../components/Icon';
import { When } from '../../components/When';
import { useHost } from '../../host/host';
import { localTime } from '../../registry/format';
import { isPage, type LoggedTarget, referenceTo, type Target } from '../../registry/target';
import { type Act, actText } from './acts';
import type { Rollback } from './rollback';

interface LineProps {
  act: Act;
  /** What the page is of. */
  target: LoggedTarget;
  /** How to take an alias back to where it was before; null where the line is about none. */
  rollback: Rollback | null;
}

/** One act; several changes in one are a line that unfolds. */
export const ActLine = React.memo(function ActLine({ act, target, rollback }: LineProps): React.JSX.Element {
  const [first] = act;
  const [all, setAll] = React.useState(false);
  const host = useHost();
  return (
    <li className={`mreg-event mreg-mod-${first.action.split('.')[0]}`} title={`Event ${first.seq}`}>
      <div className="mreg-event-text">
        <bdi className="mreg-strong" title={first.os_user === null ? undefined : `System user ${first.os_user}`}>
          {first.actor}
        </bdi>{' '}
        {act.length === 1 ? (
          <Sentence event={first} target={target} />
        ) : (
          <>
            {actText(act)}
            <Subject event={first} target={target} />{' '}
            <button type="button" className="mreg-link" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? 'Show less' : 'Show them'}
            </button>
          </>
        )}
        {rollback && host.client.moment === null && (
          <RollbackButton model={modelOf(first, target)} rollback={rollback} />
        )}
        {all && (
          <ul className="mreg-event-parts">
            {act.map(each => (
              <li key={each.seq}>
                <Sentence event={each} target={subjectOf(each) ?? target} />
              </li>
            ))}
          </ul>
        )}
        {first.reason && (
          <div className="mreg-reason">
            “<bdi>{first.reason}</bdi>”
          </div>
        )}
      </div>
      <span className="mreg-event-when mreg-quiet">
        <When time={first.time} />
        <ThenButton event={first} target={target} />
      </span>
    </li>
  );
});

/** Shows the page, or that of the model or version the event is about, as it was right after the event. */
function ThenButton({ event, target }: { event: Event; target: LoggedTarget }): React.JSX.Element | null {
  const host = useHost();
  const about = target.kind === 'model' || target.kind === 'version' ? target : subjectOf(event);
  if (about === null || !isPage(about)) {
    return null;
  }
  const label = `Show ${referenceTo(about)} as of ${localTime(event.time)}`;
  return (
    <button
      type="button"
      className="mreg-button mreg-event-then"
      aria-label={label}
      title={label}
      onClick={() => host.openPage(about, { moment: event.time })}
    >
      <Icon name="history" />
    </button>
  );
}

function RollbackButton({ model, rollback }: { model: string; rollback: Rollback }): React.JSX.Element {
  const host = useHost();
  const { alias, version, blocked } = rollback;
  return (
    <>
      {' '}
      <ActButton
        need={need('aliases.rollback', model)}
        className="mreg-link mreg-event-action"
        aria-disabled={blocked !== null}
        aria-label={`Roll back @${alias} to v${version}…`}
        title={blocked ?? `Move @${alias} back to v${version}`}
        onClick={() => blocked === null && void host.openDialog({ kind: 'rollback', model, alias, version })}
      >
        Roll back
      </ActButton>
    </>
  );
}

/** What an event did, as commands say it, and to what; versions and what it was done to lead to their pages. */
function Sentence({ event, target }: { event: ToldEvent; target: LoggedTarget }): React.JSX.Element {
  const about = target.kind === 'version' ? target.version : null;
  const model = modelOf(event, target);
  return (
    <>
      {event.sentence.map(({ text, kind }, at) => {
        switch (kind) {
          case 'plain':
            return <React.Fragment key={at}>{text}</React.Fragment>;
          case 'quoted':
            return <bdi key={at}>{text}</bdi>;
          case 'version':
            return text === String(about) ? (
              <React.Fragment key={at}>{text}</React.Fragment>
            ) : (
              <VersionLink key={at} model={model} version={Number(text)} text={text} />
            );
        }
      })}
      <Subject event={event} target={target} />
    </>
  );
}

/** What it was done to, as far as the page does not say so; nothing where the sentence has named that version. */
function Subject({ event, target }: { event: ToldEvent; target: LoggedTarget }): React.JSX.Element | null {
  const { version } = event;
  const subject = subjectOf(event);
  const elsewhere = subject !== null && !isOf(target, subject.name);
  const said = event.sentence.some(each => each.kind === 'version' && each.text === String(version));
  const other = version !== null && !said && !(target.kind === 'version' && target.version === version);
  return (
    <>
      {(elsewhere || other) && ' · '}
      {elsewhere && <PageLink target={subject} />}
      {other && elsewhere && '/'}
      {other && (
        <VersionLink
          model={modelOf(event, target)}
          version={version}
          text={elsewhere ? String(version) : `v${version}`}
        />
      )}
    </>
  );
}

function PageLink({ target }: { target: Target }): React.JSX.Element {
  const host = useHost();
  return (
    <button type="button" className="mreg-link" onClick={() => host.openPage(target)}>
      <bdi>{target.name}</bdi>
    </button>
  );
}

function VersionLink(props: { model: string; version: number; text: string }): React.JSX.Element {
  const { model: name, version, text } = props;
  const host = useHost();
  return (
    <button
      type="button"
      className="mreg-link"
      aria-label={text === String(version) ? `version ${version}` : undefined}
      onClick={() => host.openPage({ kind: 'version', name, version })}
    >
      {text}
    </button>
  );
}

/** The catalog, schema or model that an event is about; null for what has no page. */
function subjectOf({ subject, name }: Event): (Target & { kind: 'catalog' | 'schema' | 'model' }) | null {
  return subject === 'catalog' || subject === 'schema' || subject === 'model' ? { kind: subject, name } : null;
}

/** The model an event is about, by the name that the page has for it: it may have had another one then. */
function modelOf(event: Event, target: LoggedTarget): string {
  return target.kind === 'model' || target.kind === 'version' ? target.name : event.name;
}

/** Whether the page is of what is called `name`, or of one of its versions; names of old are its own, too. */
function isOf(target: LoggedTarget, name: string): boolean {
  return target.kind === 'model' || target.kind === 'version' || (target.kind !== 'registry' && target.name === name);
}
