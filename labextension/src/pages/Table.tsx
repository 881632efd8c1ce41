import * as React from 'react';

import { Icon } from '../components/Icon';
import { countText } from '../registry/format';
import { Section } from './parts';

/** With more rows than this a table has a filter. */
const FEW = 12;
/** More rows than this are drawn only when somebody asks for them. */
const MOST = 100;
/** Longer values are folded until they are clicked. */
const LONG = 240;

export interface Column<T> {
  readonly title: string;
  readonly text: (row: T) => string;
  /** What is drawn in place of `text`, by which the row is still found. */
  readonly cell?: (row: T) => React.ReactNode;
  /** All of a value that `text` shortens, for whoever points at it. */
  readonly whole?: (row: T) => string;
  /** Code is set in the code's font, numbers stand at the end of the cell, and a word needs little room. */
  readonly as?: 'code' | 'number' | 'word';
}

/** A section with a table of `rows`; with many rows it has a filter and begins with some of them. */
export function TableSection<T>(props: {
  title: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  className?: string;
}): React.JSX.Element | null {
  const { title, columns, rows, className = '' } = props;
  const [filter, setFilter] = React.useState('');
  const [all, setAll] = React.useState(false);
  if (rows.length === 0) {
    return null;
  }
  const wanted = filter.trim().toLowerCase();
  const found = rows.filter(row => columns.some(column => column.text(row).toLowerCase().includes(wanted)));
  const shown = all ? found : found.slice(0, MOST);
  return (
    <Section title={title} count={String(rows.length)}>
      {rows.length > FEW && <Filter title={title} text={filter} onChange={setFilter} />}
      {found.length === 0 ? (
        <p className="mreg-quiet">Nothing here contains that</p>
      ) : (
        <Table title={title} columns={columns} rows={shown} className={className} />
      )}
      {shown.length < found.length && (
        <button type="button" className="mreg-link" onClick={() => setAll(true)}>
          Show all {countText(found.length)}
        </button>
      )}
    </Section>
  );
}

/** A field that narrows down what is called `title`. */
export function Filter({
  title,
  text,
  onChange
}: {
  title: string;
  text: string;
  onChange: (text: string) => void;
}): React.JSX.Element {
  return (
    <div className="mreg-search mreg-filter">
      <Icon name="search" />
      <input
        type="text"
        aria-label={`Filter ${title.toLowerCase()}`}
        placeholder="Filter"
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={event => onChange(event.target.value)}
      />
    </div>
  );
}

/** A plain table. */
export function Table<T>(props: {
  title: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  className?: string;
}): React.JSX.Element {
  const { title, columns, rows, className = '' } = props;
  return (
    <table className={`mreg-table ${className}`} aria-label={title}>
      <thead>
        <tr>
          {columns.map(column => (
            <th key={column.title} scope="col" className={`mreg-mod-${column.as ?? 'text'}`}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={at}>
            {columns.map(column => (
              <td key={column.title} className={`mreg-mod-${column.as ?? 'text'}`} title={column.whole?.(row)}>
                {column.cell ? column.cell(row) : <Value text={column.text(row)} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A value of any length as text. */
export function Value({ text }: { text: string }): React.JSX.Element {
  const [all, setAll] = React.useState(false);
  const characters = text.length > LONG ? [...text] : [];
  if (characters.length <= LONG) {
    return <bdi>{text}</bdi>;
  }
  return (
    <>
      <bdi>{all ? text : `${characters.slice(0, LONG).join('')}…`}</bdi>{' '}
      <button type="button" className="mreg-link" aria-expanded={all} onClick={() => setAll(!all)}>
        {all ? 'Show less' : 'Show all'}
      </button>
    </>
  );
}
