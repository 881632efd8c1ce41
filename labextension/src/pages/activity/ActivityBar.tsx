import * as React from 'react';

import type { Event } from '../../client/client';
import { useHost } from '../../host/host';
import { countText, inOrder } from '../../registry/format';
import { type ActivityFilter, aliasesOf, EVERYTHING, type EventKind, isNarrowing, kindOf, KINDS } from './filter';

/** What narrows the activity down: an alias, a person, a kind of event. */
export function ActivityBar(props: {
  /** All events that are known: they say what there is to choose from. */
  events: readonly Event[];
  filter: ActivityFilter;
  onChange: (filter: ActivityFilter) => void;
  /** How many were found; null while nothing is left out. */
  found: number | null;
}): React.JSX.Element {
  const { events, filter, onChange, found } = props;
  const { aliasOrder } = useHost().settings;
  const aliases = distinct([...events.flatMap(aliasesOf), filter.alias]);
  const actors = distinct([...events.map(each => each.actor), filter.actor]).sort();
  const kinds = Object.keys(KINDS) as EventKind[];
  const there = new Set(events.map(kindOf));
  return (
    <div className="mreg-activity-bar" role="group" aria-label="Filter activity">
      {aliases.length > 0 && (
        <Choice
          label="Alias"
          all="Any alias"
          value={filter.alias}
          choices={inOrder(aliases, aliasOrder).map(each => [each, `@${each}`])}
          onChange={alias => onChange({ ...filter, alias })}
        />
      )}
      <Choice
        label="Who"
        all="Anybody"
        value={filter.actor}
        choices={actors.map(each => [each, each])}
        onChange={actor => onChange({ ...filter, actor })}
      />
      <Choice
        label="What"
        all="Everything"
        value={filter.kind}
        choices={kinds.filter(each => there.has(each) || each === filter.kind).map(each => [each, KINDS[each]])}
        onChange={kind => onChange({ ...filter, kind: kinds.find(each => each === kind) ?? null })}
      />
      {isNarrowing(filter) && (
        <button type="button" className="mreg-link" onClick={() => onChange(EVERYTHING)}>
          Clear
        </button>
      )}
      <span className="mreg-quiet" role="status">
        {found !== null && `${countText(found)} of ${countText(events.length)}`}
      </span>
    </div>
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
