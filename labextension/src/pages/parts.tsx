import * as React from 'react';

import { type Action, actionsFor } from '../actions/actions';
import { copy } from '../actions/actions';
import { ActButton } from '../actions/ActButton';
import { needOf } from '../actions/needs';
import { useHost } from '../host/host';
import { Icon } from '../components/Icon';
import type { Target } from '../registry/target';

/** Text longer than this, in characters or lines, is folded until somebody asks for all of it. */
const MOST_CHARACTERS = 1200;
const MOST_LINES = 20;

/** One part of a page under a heading; `action` (one of the actions of `target`), or `aside`, stands beside that. */
export function Section(props: {
  title: string;
  count?: string | undefined;
  action?: { id: Action['id']; target: Target; label: string } | undefined;
  aside?: React.ReactNode;
  children: React.ReactNode;
}): React.JSX.Element {
  const { title, count, action, aside, children } = props;
  const id = React.useId();
  return (
    <section className="mreg-section" aria-labelledby={id}>
      <div className="mreg-section-head">
        <h2 id={id}>{title}</h2>
        {count !== undefined && <span className="mreg-quiet">{count}</span>}
        {action && <ActionLink {...action} />}
        {aside}
      </div>
      {children}
    </section>
  );
}

function ActionLink({
  id,
  target,
  label
}: {
  id: Action['id'];
  target: Target;
  label: string;
}): React.JSX.Element | null {
  const host = useHost();
  const action = actionsFor(target, host.client.moment !== null).find(each => each.id === id);
  return action ? (
    <ActButton
      need={needOf(id, target)}
      className="mreg-link"
      title={action.label.replace('…', '')}
      onClick={() => action.run(host, target)}
    >
      {label}
    </ActButton>
  ) : null;
}

/** The description of what the page is about. */
export function Description({ text, target }: { text: string | null; target: Target }): React.JSX.Element {
  const { Markdown } = useHost();
  return (
    <Section title="Description" action={{ id: 'describe', target, label: text ? 'Edit' : 'Write one' }}>
      {text ? (
        <Folded text={text}>
          <Markdown text={text} />
        </Folded>
      ) : (
        <p className="mreg-quiet">No description</p>
      )}
    </Section>
  );
}

/** What is drawn of a long `text`: the beginning, until somebody asks for all of it. */
export function Folded({ text, children }: { text: string; children: React.ReactNode }): React.JSX.Element {
  const [all, setAll] = React.useState(false);
  const long = text.length > MOST_CHARACTERS || text.split('\n').length > MOST_LINES;
  if (!long) {
    return <div className="mreg-text">{children}</div>;
  }
  return (
    <>
      <div className={`mreg-text${all ? '' : ' mreg-mod-folded'}`}>{children}</div>
      <button type="button" className="mreg-link" aria-expanded={all} onClick={() => setAll(!all)}>
        {all ? 'Show less' : 'Show all'}
      </button>
    </>
  );
}

/** Code with buttons that copy it, and put it where the person is writing when the host can do that. */
export function Code({ text }: { text: string }): React.JSX.Element {
  const host = useHost();
  const { insert } = host;
  return (
    <div className="mreg-code">
      <pre>
        <code>{text}</code>
      </pre>
      <button
        type="button"
        className="mreg-button"
        aria-label="Copy code"
        title="Copy code"
        onClick={() => copy(host, text, 'Copied the code')}
      >
        <Icon name="copy" />
      </button>
      {insert && (
        <button
          type="button"
          className="mreg-button"
          aria-label="Insert code"
          title="Insert into the active cell"
          onClick={() => insert(text)}
        >
          <Icon name="code" />
        </button>
      )}
    </div>
  );
}

/** Facts with their names; one that is null is left out. */
export function Facts({
  facts
}: {
  facts: readonly (readonly [name: string, value: React.ReactNode] | null)[];
}): React.JSX.Element {
  return (
    <dl className="mreg-facts">
      {facts.map(
        each =>
          each && (
            <React.Fragment key={each[0]}>
              <dt>{each[0]}</dt>
              <dd>{each[1]}</dd>
            </React.Fragment>
          )
      )}
    </dl>
  );
}
