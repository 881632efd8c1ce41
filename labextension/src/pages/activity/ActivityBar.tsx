import * as React from 'react';

import type { Event } from '../../client/client';
import { asSentence } from '../../components/sentence';
import { useHost } from '../../host/host';
import { inOrder } from '../../registry/format';
import type { LoggedTarget } from '../../registry/target';
import { type ActivityFilter, aliasesOf, EVERYTHING, type EventKind, isNarrowing, KINDS, kindsOn } from './filter';
import type { WrongTimes } from './useActivityQuery';

/** What narrows the activity down: an alias, a person, a kind of event, a time. */
export function ActivityBar(props: {
  target: LoggedTarget;
  /** The aliases there are now. */
  aliases: readonly string[];
  /** All events that are known: they say what there is to choose from. */
  events: readonly Event[];
  filter: ActivityFilter;
  wrong: WrongTimes;
  onChange: (filter: ActivityFilter) => void;
}): React.JSX.Element {
  const { target, events, filter, wrong, onChange } = props;
  const { aliasOrder } = useHost().settings;
  const id = React.useId();
  const aliases = distinct([...props.aliases, ...events.flatMap(aliasesOf), filter.alias]);
  const kinds = kindsOn(target);
  const problem = wrong.since ?? wrong.until;
  return (
    <div className="mreg-activity-bar" role="group" aria-label="Filter activity">
      {target.kind === 'model' && aliases.length > 0 && (
        <Choice
          label="Alias"
          all="Any alias"
          value={filter.alias}
          choices={inOrder(aliases, aliasOrder).map(each => [each, `@${each}`])}
          onChange={alias => onChange({ ...filter, alias })}
        />
      )}
      <Choice
        label="What"
        all="Everything"
        value={filter.kind}
        choices={kinds.map(each => [each, KINDS[each].label])}
        onChange={kind => onChange({ ...filter, kind: kinds.find((each): each is EventKind => each === kind) ?? null })}
      />
      <Text label="Who" value={filter.actor} list={id} onChange={actor => onChange({ ...filter, actor })} />
      <datalist id={id}>
        {distinct(events.map(each => each.actor)).map(each => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <Text
        label="Since"
        value={filter.since}
        wrong={wrong.since !== null}
        onChange={since => onChange({ ...filter, since })}
      />
      <Text
        label="Until"
        value={filter.until}
        wrong={wrong.until !== null}
        onChange={until => onChange({ ...filter, until })}
      />
      {isNarrowing(filter) && (
        <button type="button" className="mreg-link" onClick={() => onChange(EVERYTHING)}>
          Clear
        </button>
      )}
      {problem && (
        <p className="mreg-activity-problem" role="alert">
          {asSentence(problem.message)}.
          {problem.hint && <span className="mreg-quiet"> {asSentence(problem.hint)}</span>}
        </p>
      )}
    </div>
  );
}

function Text(props: {
  label: 'Who' | 'Since' | 'Until';
  value: string;
  list?: string;
  wrong?: boolean;
  onChange: (value: string) => void;
}): React.JSX.Element {
  const { label, value, list, wrong = false, onChange } = props;
  return (
    <input
      type="text"
      className="mreg-input"
      aria-label={label}
      placeholder={label}
      title={label === 'Who' ? 'Who did it' : '2026-03-01, 2026-03-01 14:00, yesterday 14:00 or -7d'}
      list={list}
      spellCheck={false}
      autoComplete="off"
      aria-invalid={wrong}
      value={value}
      onChange={event => onChange(event.target.value)}
    />
  );
}

function Choice(props: {
  label: string;
  all: string;
  value: string | null;
  choices: readonly (readonly [value: string, text: string])[];
  onChange: (value: string | null) => void;
}): React.JSX.Element {
  const { label, all, value, choices, onChange } = props;
  return (
    <select
      className="mreg-select"
      aria-label={label}
      value={value === null ? '' : `=${value}`}
      onChange={event => onChange(event.target.value === '' ? null : event.target.value.slice(1))}
    >
      <option value="">{all}</option>
      {choices.map(([each, text]) => (
        <option key={each} value={`=${each}`}>
          {text}
        </option>
      ))}
    </select>
  );
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values)].filter(each => each !== null);
}
