import * as React from 'react';

import type { Version } from '../../client/client';
import { copy } from '../../actions/actions';
import { ActButton } from '../../actions/ActButton';
import { need } from '../../actions/needs';
import { Icon } from '../../components/Icon';
import { type Host, useHost } from '../../host/host';
import { countText } from '../../registry/format';
import { type AnyPage, FEWEST_COMPARED, MOST_COMPARED } from '../../registry/target';
import { ColumnsMenu } from './ColumnsMenu';
import { type ColumnId, keysIn } from './columns';

interface Props {
  model: string;
  versions: readonly Version[];
  columns: readonly ColumnId[];
  filter: string;
  /** `12 of 40`; empty while nothing is left out. */
  count: string;
  plot: string | null;
  /** The versions that are ticked, highest first. */
  ticked: readonly number[];
  onFilter: (filter: string) => void;
  onColumns: (columns: readonly ColumnId[] | null) => void;
  onPlot: (metric: string | null) => void;
  onClear: () => void;
}

/** What stands above the table: a filter, the columns, the plot, and what can be done with what is ticked. */
export function Toolbar(props: Props): React.JSX.Element {
  const { versions, columns, filter, count, plot, ticked, onFilter, onColumns, onPlot } = props;
  const metrics = React.useMemo(() => keysIn(versions, 'metric'), [versions]);
  return (
    <div className="mreg-versions-bar">
      <div className="mreg-search mreg-filter" role="search">
        <Icon name="search" />
        <input
          type="text"
          aria-label="Filter versions"
          placeholder="Filter versions"
          title="Words in number, alias, tags, description, status or who registered it"
          spellCheck={false}
          autoComplete="off"
          value={filter}
          onChange={event => onFilter(event.target.value)}
          onKeyDown={event => {
            if (event.key === 'Escape' && filter !== '') {
              event.preventDefault();
              event.stopPropagation();
              onFilter('');
            }
          }}
        />
      </div>
      <span className="mreg-quiet mreg-versions-count" role="status">
        {count}
      </span>
      {ticked.length > 0 ? (
        <Ticked {...props} />
      ) : (
        metrics.length > 0 && (
          <select
            className="mreg-select"
            aria-label="Plot"
            value={plot === null ? '' : `=${plot}`}
            onChange={event => onPlot(event.target.value === '' ? null : event.target.value.slice(1))}
          >
            <option value="">No plot</option>
            {metrics.map(each => (
              <option key={each} value={`=${each}`}>
                Plot {each}
              </option>
            ))}
          </select>
        )
      )}
      <ColumnsMenu versions={versions} columns={columns} onChange={onColumns} />
    </div>
  );
}

/** What can be done with the versions that are ticked. */
function Ticked({ model, ticked, onClear }: Props): React.JSX.Element {
  const host = useHost();
  return (
    <div className="mreg-ticked" role="group" aria-label={`${ticked.length} selected`}>
      <span role="status">{countText(ticked.length)} selected</span>
      {ticked.length >= FEWEST_COMPARED && (
        <button
          type="button"
          className="mreg-link"
          disabled={ticked.length > MOST_COMPARED}
          title={ticked.length > MOST_COMPARED ? `Up to ${MOST_COMPARED} versions can be compared` : undefined}
          onClick={() => host.openPage(comparison(model, ticked))}
        >
          Compare
        </button>
      )}
      <button type="button" className="mreg-link" onClick={() => copyReferences(host, model, ticked)}>
        Copy references
      </button>
      {host.client.moment === null && (
        <ActButton
          need={need('versions.delete', model)}
          className="mreg-link mreg-mod-danger"
          onClick={() => void host.openDialog({ kind: 'delete-versions', model, versions: ticked })}
        >
          Delete…
        </ActButton>
      )}
      <button type="button" className="mreg-link" onClick={onClear}>
        Clear
      </button>
    </div>
  );
}

/** The page that holds the versions against the oldest of them. */
function comparison(model: string, versions: readonly number[]): AnyPage {
  const oldest = [...versions].sort((a, b) => a - b);
  return { kind: 'compare', references: oldest.map(each => `${model}/${each}`) };
}

function copyReferences(host: Host, model: string, versions: readonly number[]): void {
  const what = versions.length === 1 ? `${model}/${versions[0]}` : `${versions.length} references`;
  copy(host, versions.map(each => `${model}/${each}`).join('\n'), `Copied ${what}`);
}
