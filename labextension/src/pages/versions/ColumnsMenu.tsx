import * as React from 'react';

import type { Version } from '../../client/client';
import { Icon } from '../../components/Icon';
import { type ColumnId, type KeyedGroup, keysIn, lookOf, OWN_COLUMNS } from './columns';

/** Of more keys than this only the most frequent are offered. */
const MOST_KEYS = 200;
const GROUPS: readonly (readonly [group: KeyedGroup, title: string])[] = [
  ['metric', 'Metrics'],
  ['param', 'Parameters'],
  ['tag', 'Tags']
];

interface Props {
  versions: readonly Version[];
  columns: readonly ColumnId[];
  /** Show other columns, or the usual ones for null. */
  onChange: (columns: readonly ColumnId[] | null) => void;
}

/** A button, and below it what can be a column. */
export function ColumnsMenu(props: Props): React.JSX.Element {
  const [open, setOpen] = React.useState(false);
  const ref = React.useRef<HTMLDivElement>(null);
  const button = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => {
    if (!open) {
      return undefined;
    }
    ref.current?.querySelector<HTMLElement>('input:not(:disabled)')?.focus();
    const outside = (event: PointerEvent): void => {
      if (!(event.target instanceof Node && ref.current?.contains(event.target))) {
        setOpen(false);
      }
    };
    window.addEventListener('pointerdown', outside, true);
    return () => window.removeEventListener('pointerdown', outside, true);
  }, [open]);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (open && event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    }
  };
  return (
    <div ref={ref} className="mreg-columns" onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className="mreg-page-action"
        aria-haspopup="dialog"
        aria-expanded={open}
        title="Choose columns"
        onClick={() => setOpen(!open)}
      >
        <Icon name="columns" />
        <span>Columns</span>
      </button>
      {open && <Choices {...props} />}
    </div>
  );
}

function Choices({ versions, columns, onChange }: Props): React.JSX.Element {
  const toggle = (id: ColumnId, on: boolean): void =>
    onChange(on ? placed(columns, id) : columns.filter(each => each !== id));
  return (
    <div className="mreg-columns-choices" role="dialog" aria-label="Columns">
      <Group title="Version" ids={OWN_COLUMNS} columns={columns} onToggle={toggle} />
      {GROUPS.map(([group, title]) => {
        const there = keysIn(versions, group).slice(0, MOST_KEYS);
        const ids = there.map((key): ColumnId => `${group}:${key}`);
        const more = columns.filter(each => each.startsWith(`${group}:`) && !ids.includes(each));
        return <Group key={group} title={title} ids={[...ids, ...more]} columns={columns} onToggle={toggle} />;
      })}
      <button type="button" className="mreg-link" onClick={() => onChange(null)}>
        Usual columns
      </button>
    </div>
  );
}

function Group(props: {
  title: string;
  ids: readonly ColumnId[];
  columns: readonly ColumnId[];
  onToggle: (id: ColumnId, on: boolean) => void;
}): React.JSX.Element | null {
  const { title, ids, columns, onToggle } = props;
  return ids.length === 0 ? null : (
    <fieldset>
      <legend className="mreg-quiet">{title}</legend>
      {ids.map(id => (
        <label key={id}>
          <input
            type="checkbox"
            checked={columns.includes(id)}
            // Without its number nobody would know which version a row is.
            disabled={id === 'version'}
            onChange={event => onToggle(id, event.target.checked)}
          />
          <bdi>{lookOf(id).title}</bdi>
        </label>
      ))}
    </fieldset>
  );
}

/** `columns` with `id` where it usually is: among its own kind, or behind them. */
function placed(columns: readonly ColumnId[], id: ColumnId): ColumnId[] {
  const order: readonly string[] = ['version', 'aliases', 'stage', 'metric', 'param', 'tag', 'description', 'tags'];
  const rank = (each: ColumnId): number => {
    const at = order.indexOf(each.split(':')[0] ?? '');
    return at < 0 ? order.length + OWN_COLUMNS.findIndex(own => own === each) : at;
  };
  const at = columns.findIndex(each => rank(each) > rank(id));
  return at < 0 ? [...columns, id] : [...columns.slice(0, at), id, ...columns.slice(at)];
}
