import * as React from 'react';

import type { TagInUse, TagPolicy } from '../../client/client';
import { Icon } from '../../components/Icon';
import { listed } from '../../registry/access/privileges';
import type { Problem } from '../../registry/validation';
import { useQuery } from '../../state/query';
import { Below } from '../form/Field';
import type { Problems, Form } from '../form/useForm';
import { assigns, type Governed, governedProblem, policyOf } from './tagPolicies';
import { isChanged, keepMine, rowProblem, type TagRow, tagRow, takeTheirs } from './tagRows';

/** Values offered for a key. */
const MOST_VALUES = 5;

interface Props {
  form: Form;
  /** The model whose tags, and those of its versions, are suggested before others. */
  model: string;
  rows: readonly TagRow[];
  /** What tag policies say; null while that is not known. */
  governed: Governed | null;
  onChange: (rows: readonly TagRow[]) => void;
}

/** The problems of the rows, as the form wants them. */
export function tagProblems(rows: readonly TagRow[], governed: Governed | null): Problems {
  const problem = (row: TagRow): Problem | null =>
    rowProblem(row, rows) ??
    (isChanged(row) ? governedProblem(governed, row.key, row.removed ? null : row.value) : null);
  return Object.fromEntries(rows.map(row => [fieldOf(row), problem(row)]));
}

/** Tags to be typed, a row each. */
export function TagTable({ form, model, rows, governed, onChange }: Props): React.JSX.Element {
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
        {governed?.policies
          .filter(each => !rows.some(row => row.key === each.key) && !suggestions.some(other => other.key === each.key))
          .map(each => (
            <option key={each.key} value={each.key} />
          ))}
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
          governed={governed}
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
  governed: Governed | null;
  onChange: (row: TagRow | null) => void;
}): React.JSX.Element {
  const { form, row, keys, suggestions, governed, onChange } = props;
  const policy = policyOf(governed, row.key);
  const kept = policy !== null && governed !== null && !assigns(policy, governed.who);
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
      {policy !== null && policy.values.length > 0 ? (
        <select
          {...about}
          aria-label={`Value of ${row.key}`}
          disabled={row.removed || kept}
          value={row.value}
          onChange={event => onChange({ ...row, value: event.target.value })}
        >
          {!policy.values.includes(row.value) && (
            <option value={row.value}>{row.value === '' ? 'Choose…' : `${row.value} (not allowed)`}</option>
          )}
          {policy.values.map(each => (
            <option key={each} value={each}>
              {each === '' ? '(empty)' : each}
            </option>
          ))}
        </select>
      ) : (
        <textarea
          {...(row.base === null ? { 'aria-describedby': about['aria-describedby'] } : about)}
          aria-label={row.key ? `Value of ${row.key}` : 'Value'}
          placeholder="value"
          rows={Math.min(5, row.value.split('\n').length)}
          spellCheck={false}
          disabled={row.removed || kept}
          value={row.value}
          onChange={event => onChange({ ...row, value: event.target.value })}
        />
      )}
      {kept && row.base !== null ? <Kept policy={policy} /> : <Remove row={row} onChange={onChange} />}
      {row.theirs !== undefined && <Theirs row={row} theirs={row.theirs} onChange={onChange} />}
      {policy === null && <Values row={row} suggestions={suggestions} onPick={value => onChange({ ...row, value })} />}
      <Below id={id} problem={row.theirs === undefined ? problem : null} note={policy && aboutText(policy)} />
    </div>
  );
}

/** In place of what removes a tag that is for others to set. */
function Kept({ policy }: { policy: TagPolicy }): React.JSX.Element {
  const text = `Set and removed by ${listed(policy.assigners)} only`;
  return (
    <span className="mreg-tag-kept" role="img" aria-label={text} title={text}>
      <Icon name="access" />
    </span>
  );
}

/** What is good to know of a governed tag. */
function aboutText({ description, assigners }: TagPolicy): string | null {
  const who = assigners.length === 0 ? [] : [`Set by ${listed(assigners)} only.`];
  return [...(description === null ? [] : [`${description}.`]), ...who].join(' ') || null;
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
