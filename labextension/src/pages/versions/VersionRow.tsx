import * as React from 'react';

import type { Version } from '../../client/client';
import { AliasChip } from '../../actions/AliasChip';
import { deprecatedTitle, endpointsOf, endpointTitle, pinTitle, Stage, Status } from '../../components/badges';
import { type Font, textWidth, wholeIn } from '../../components/fitting';
import { Icon } from '../../components/Icon';
import { TagChip, Verdict } from '../../components/TagValue';
import { type AliasOrder, isLive, versionAliases } from '../../registry/aliases';
import { ago, aliasText, dateTime, sizeText, tagText } from '../../registry/format';
import { isPrompt, sortedTags, toneOf } from '../../registry/tags';
import { type ColumnId, keyOf, type ListedVersion, lookOf, textOf } from './columns';

/** Pixels as the style sheets have them: between two chips, and around the text of an alias and of a tag. */
const GAP = 4;
const ALIAS_EDGES = 13;
const ALIAS_FONT = 10;
const TAG_EDGES = 21;
const TAG_FONT = 12;
const VERDICT_ICON = 15;
/** A key is shortened down to so many pixels, and a value is not counted beyond so many. */
const LEAST_KEY = 28;
const MOST_VALUE = 140;

export interface RowLook {
  readonly columns: readonly ColumnId[];
  readonly widths: readonly number[];
  readonly font: Font;
  readonly aliasOrder: AliasOrder;
  readonly height: number;
}

interface Props {
  id: string;
  version: ListedVersion;
  index: number;
  look: RowLook;
  /** Whether the keys are on it, and whether it is ticked. */
  current: boolean;
  ticked: boolean;
  onTick: (version: number, ticked: boolean) => void;
}

/** One row at its place in the table. */
export const VersionRow = React.memo(function VersionRow(props: Props): React.JSX.Element {
  const { id, version, index, look, current, ticked, onTick } = props;
  const { height } = look;
  return (
    <div
      role="row"
      id={id}
      data-version={version.version}
      aria-rowindex={index + 2}
      aria-selected={ticked}
      className={`mreg-version${current ? ' mreg-mod-selected' : ''}${ticked ? ' mreg-mod-ticked' : ''}`}
      draggable
      style={{ position: 'absolute', insetInline: 0, top: index * height, height }}
    >
      {look.columns.map((column, at) => (
        <span
          key={column}
          role="gridcell"
          className={`mreg-col-${column.split(':')[0]}${lookOf(column).number ? ' mreg-mod-number' : ''}`}
          title={titleOf(version, column)}
        >
          {column === 'version' && (
            <input
              type="checkbox"
              className="mreg-tick"
              tabIndex={-1}
              aria-label={`Select v${version.version}`}
              checked={ticked}
              onChange={event => onTick(version.version, event.target.checked)}
            />
          )}
          <CellContent version={version} column={column} room={look.widths[at] ?? 0} look={look} />
        </span>
      ))}
    </div>
  );
});

function CellContent(props: {
  version: ListedVersion;
  column: ColumnId;
  room: number;
  look: RowLook;
}): React.ReactNode {
  const { version, column, room, look } = props;
  switch (column) {
    case 'version':
      return (
        <>
          <span className="mreg-strong">v{version.version}</span>
          {version.status === 'FAILED_REGISTRATION' && <Icon name="warning" className="mreg-mod-bad" />}
          {version.deprecated !== null && (
            <span role="img" aria-label="Deprecated" className="mreg-mod-deprecated" title={deprecatedTitle(version)}>
              <Icon name="deprecated" />
            </span>
          )}
          {endpointsOf(version).length > 0 && (
            <span role="img" aria-label="Deployed" title={endpointTitle(version)}>
              <Icon name="endpoint" />
            </span>
          )}
          {version.pinned && (
            <span role="img" aria-label="Pinned" title={pinTitle(version.pin ?? null)}>
              <Icon name="pin" />
            </span>
          )}
        </>
      );
    case 'aliases':
      return <Aliases version={version} room={room} look={look} />;
    case 'tags':
      return <Tags tags={version.tags} room={room} look={look} />;
    case 'stage':
      return <Stage stage={version.stage} />;
    case 'status':
      return <Status version={version} />;
    case 'size':
      return version.size === null ? null : sizeText(version.size);
    case 'created':
      return <span className="mreg-cell-text">{ago(version.created_at)}</span>;
    case 'used':
      return version.last_used_at === undefined ? null : (
        <span className="mreg-cell-text">{ago(version.last_used_at)}</span>
      );
    default: {
      const text = textOf(version, column);
      const content = <bdi className="mreg-cell-text">{text}</bdi>;
      return keyOf(column)?.group === 'tag' ? <Verdict value={text}>{content}</Verdict> : content;
    }
  }
}

/** The aliases that have room, whole, and how many more there are. */
function Aliases({ version, room, look }: { version: Version; room: number; look: RowLook }): React.JSX.Element {
  const { font, aliasOrder } = look;
  const aliases = versionAliases(version, aliasOrder);
  const widths = aliases.map(each => ALIAS_EDGES + textWidth(aliasText(each), font, ALIAS_FONT));
  const count = room === 0 ? aliases.length : wholeIn(room, widths, GAP, left => textWidth(`+${left}`, font, 12));
  // One that alone is wider than its column is cut there: its beginning says more than a number.
  const shown = Math.max(count, Math.min(1, aliases.length));
  return (
    <>
      {aliases.slice(0, shown).map(alias => (
        <AliasChip
          key={alias}
          target={{ model: version.name, alias, version: version.version, prompt: isPrompt(version) }}
          live={isLive(alias, aliasOrder)}
          showVersion={false}
          tabIndex={-1}
        />
      ))}
      {aliases.length > shown && <span className="mreg-quiet">+{aliases.length - shown}</span>}
    </>
  );
}

/** The tags that have room with their values in full, verdicts that are bad first, and how many more there are. */
function Tags({ tags, room, look }: { tags: Version['tags']; room: number; look: RowLook }): React.JSX.Element {
  const { font } = look;
  const entries = sortedTags(tags);
  const bad = entries.filter(([, value]) => toneOf(value) === 'bad');
  const inOrder = [...bad, ...entries.filter(([, value]) => toneOf(value) !== 'bad')];
  const widths = inOrder.map(([key, value]) => {
    const verdict = toneOf(value) === null ? 0 : VERDICT_ICON;
    const name = Math.min(LEAST_KEY, textWidth(key, font, TAG_FONT));
    return TAG_EDGES + name + verdict + Math.min(MOST_VALUE, textWidth(`=${value}`, font, TAG_FONT));
  });
  const count = room === 0 ? entries.length : wholeIn(room, widths, GAP, left => textWidth(`+${left}`, font, 13));
  const shown = Math.max(count, Math.min(1, entries.length));
  return (
    <>
      {inOrder.slice(0, shown).map(([key, value]) => (
        <TagChip key={key} name={key} value={value} brief={count === 0} />
      ))}
      {entries.length > shown && <span className="mreg-quiet">+{entries.length - shown}</span>}
    </>
  );
}

/** More about a cell, for whoever points at it. */
function titleOf(version: ListedVersion, column: ColumnId): string | undefined {
  const keyed = keyOf(column);
  if (keyed?.group === 'metric') {
    const metric = version.metrics?.find(each => each.key === keyed.key);
    return metric && `${metric.key} ${metric.value}${metric.step === 0 ? '' : ` at step ${metric.step}`}`;
  }
  switch (column) {
    case 'version':
      return version.status_message ?? undefined;
    case 'aliases':
      return undefined;
    case 'tags':
      return sortedTags(version.tags)
        .slice(0, 20)
        .map(([key, value]) => tagText(key, value))
        .join('\n');
    case 'created':
      return dateTime(version.created_at);
    case 'used':
      return version.last_used_at === undefined ? undefined : dateTime(version.last_used_at);
    default:
      return textOf(version, column) || undefined;
  }
}
