import * as React from 'react';

import type { TagInUse } from '../../client/client';
import { Icon } from '../../components/Icon';
import { useQuery } from '../../state/query';
import { Below } from '../form/Field';
import type { Problems, Form } from '../form/useForm';
import { isChanged, keepMine, rowProblem, type TagRow, tagRow, takeTheirs } from './tagRows';

/** Values offered for a key. */
const MOST_VALUES = 5;

interface Props {
  form: Form;
  /** The model whose tags, and those of its versions, are suggested before others. */
  model: string;
  rows: readonly TagRow[];
  onChange: (rows: readonly TagRow[]) => void;
}

/** The problems of the rows, as the form wants them. */
export function tagProblems(rows: readonly TagRow[]): Problems {
  return Object.fromEntries(rows.map(row => [fieldOf(row), rowProblem(row, rows)]));
}

/** Tags to be typed, a row each. */
export function TagTable({ form, model, rows, onChange }: Props): React.JSX.Element {
  const known = useQuery(`tags ${model}`, (client, signal) => client.call('tags.in_use', { model }, signal));
  const suggestions = known.value ?? [];
  const keys = React.useId();
  const table = React.useRef<HTMLDivElement>(null);
  const [added, setAdded] = React.useState(0);
  React.useEffect(() => {
    if (added > 0) {
      [...(table.current?.querySelectorAll<HTMLElement>('.mreg-tag-key input') ?? [])].at(-1)?.focus();
    }
  }, [added]);
  const replace = (row: TagRow, by: TagRow | null): void => {
    form.touch(fieldOf(row));
    onChange(rows.flatMap(each => (each.id === row.id ? (by === null ? [] : [by]) : [each])));
  };
  return (
    <div ref={table} className="mreg-tags" role="group" aria-label="Tags">
      {rows.length > 0 && (
        <div className="mreg-tag-head mreg-quiet" aria-hidden="true">
          <span>Key</span>
          <span>Value</span>
        </div>
      )}
      <datalist id={keys}>
        {suggestions
          .filter(each => !rows.some(row => row.key === each.key))
          .map(each => (
            <option key={each.key} value={each.key} />
          ))}
      </datalist>
      {rows.map(row => (
        <TagRowView
          key={row.id}
          form={form}
          row={row}
          keys={keys}
          suggestions={suggestions}
          onChange={by => replace(row, by)}
        />
      ))}
      <button
        type="button"
        className="mreg-link mreg-tag-add"
        onClick={() => {
          onChange([...rows, tagRow('', '', null)]);
          setAdded(count => count + 1);
        }}
      >
        <Icon name="register" /> Add tag
      </button>
    </div>
  );
}

function TagRowView(props: {
  form: Form;
  row: TagRow;
  /** The id of the list of keys in use. */
  keys: string;
  suggestions: readonly TagInUse[];
  onChange: (row: TagRow | null) => void;
}): React.JSX.Element {
  const { form, row, keys, suggestions, onChange } = props;
  const id = React.useId();
  const problem = form.problem(fieldOf(row));
  const about = { 'aria-invalid': problem !== null, 'aria-describedby': problem ? id : undefined };
  const state = row.removed ? ' mreg-mod-removed' : isChanged(row) ? ' mreg-mod-changed' : '';
  return (
    <div className={`mreg-tag-row${state}`} role="group" aria-label={row.key || 'new tag'}>
      <div className="mreg-tag-key">
        {row.base === null && row.theirs === undefined ? (
          <input
            {...about}
            type="text"
            aria-label="Key"
            list={keys}
            placeholder="key"
            spellCheck={false}
            autoComplete="off"
            value={row.key}
            onChange={event => onChange({ ...row, key: event.target.value })}
          />
        ) : (
          <bdi title={row.key}>{row.key}</bdi>
        )}
      </div>
      <textarea
        {...(row.base === null ? { 'aria-describedby': about['aria-describedby'] } : about)}
        aria-label={row.key ? `Value of ${row.key}` : 'Value'}
        placeholder="value"
        rows={Math.min(5, row.value.split('\n').length)}
        spellCheck={false}
        disabled={row.removed}
        value={row.value}
        onChange={event => onChange({ ...row, value: event.target.value })}
      />
      <Remove row={row} onChange={onChange} />
      {row.theirs !== undefined && <Theirs row={row} theirs={row.theirs} onChange={onChange} />}
      <Values row={row} suggestions={suggestions} onPick={value => onChange({ ...row, value })} />
      <Below id={id} problem={row.theirs === undefined ? problem : null} />
    </div>
  );
}

/** Values that the key of a new tag has elsewhere; and that another key differs only in capitals. */
function Values(props: {
  row: TagRow;
  suggestions: readonly TagInUse[];
  onPick: (value: string) => void;
}): React.JSX.Element | null {
  const { row, suggestions, onPick } = props;
  if (row.base !== null || row.key === '') {
    return null;
  }
  const same = suggestions.find(each => each.key === row.key);
  const other = suggestions.find(each => each.key !== row.key && each.key.toLowerCase() === row.key.toLowerCase());
  if (!same && other) {
    return (
      <p className="mreg-note" role="status">
        {other.key} is in use already; {row.key} would be another tag.
      </p>
    );
  }
  const values = row.value === '' ? (same?.values.slice(0, MOST_VALUES) ?? []) : [];
  return values.length === 0 ? null : (
    <div className="mreg-chips" role="group" aria-label={`Values of ${row.key} in use`}>
      {values.map(value => (
        <button key={value} type="button" className="mreg-chip" onClick={() => onPick(value)}>
          {value === '' ? '(empty)' : value}
        </button>
      ))}
    </div>
  );
}

function Remove({ row, onChange }: { row: TagRow; onChange: (row: TagRow | null) => void }): React.JSX.Element {
  const label = `${row.removed ? 'Keep' : 'Remove'} tag ${row.key}`.trim();
  const click = (): void => onChange(row.base === null ? null : { ...row, removed: !row.removed });
  return (
    <button type="button" className="mreg-button" aria-label={label} title={label} onClick={click}>
      <Icon name={row.removed ? 'refresh' : 'clear'} />
    </button>
  );
}

/** What somebody else made of a tag, beside what was typed here. */
function Theirs(props: {
  row: TagRow;
  theirs: string | null;
  onChange: (row: TagRow | null) => void;
}): React.JSX.Element {
  const { row, theirs, onChange } = props;
  return (
    <div className="mreg-theirs" role="alert">
      <span>
        Meanwhile somebody else {theirs === null ? 'removed it' : 'made it '}
        {theirs !== null && <q>{theirs}</q>}
      </span>
      <button type="button" className="mreg-link" onClick={() => onChange(keepMine(row))}>
        Keep mine
      </button>
      <button type="button" className="mreg-link" onClick={() => onChange(takeTheirs(row))}>
        Take theirs
      </button>
    </div>
  );
}

function fieldOf(row: TagRow): string {
  return `tag${row.id}`;
}
