import type { Version } from '../../client/client';
import { type Pin, statusWord } from '../../components/badges';
import { versionAliases } from '../../registry/aliases';
import { numberText } from '../../registry/format';
import { firstLine } from '../../registry/markdown';
import { sortedTags } from '../../registry/tags';

/** A version as it is listed: with the time when it was loaded last, and who pinned it, where that is known. */
export interface ListedVersion extends Version {
  readonly last_used_at?: number;
  readonly pin?: Pin;
}

/** What every version has; metrics, parameters and tags are columns by their own keys. */
export type OwnColumn =
  'version' | 'aliases' | 'stage' | 'description' | 'tags' | 'status' | 'size' | 'created' | 'by' | 'used';
export type KeyedGroup = 'metric' | 'param' | 'tag';
export type ColumnId = OwnColumn | `${KeyedGroup}:${string}`;

/** How a column looks; widths are pixels. */
export interface ColumnLook {
  readonly title: string;
  readonly width: number;
  readonly least: number;
  /** How much of the room that is left it takes; 0 for none. */
  readonly grows: number;
  readonly number: boolean;
}

const OWN: Record<OwnColumn, ColumnLook> = {
  version: { title: 'Version', width: 104, least: 84, grows: 0, number: false },
  aliases: { title: 'Aliases', width: 190, least: 96, grows: 2, number: false },
  stage: { title: 'Stage', width: 96, least: 70, grows: 0, number: false },
  description: { title: 'Description', width: 220, least: 90, grows: 2, number: false },
  tags: { title: 'Tags', width: 250, least: 130, grows: 3, number: false },
  status: { title: 'Status', width: 92, least: 70, grows: 0, number: false },
  size: { title: 'Size', width: 80, least: 60, grows: 0, number: true },
  created: { title: 'Created', width: 104, least: 80, grows: 0, number: false },
  by: { title: 'By', width: 88, least: 56, grows: 1, number: false },
  used: { title: 'Last used', width: 104, least: 80, grows: 0, number: false }
};
const KEYED: Record<KeyedGroup, Omit<ColumnLook, 'title'>> = {
  metric: { width: 104, least: 84, grows: 0, number: true },
  param: { width: 112, least: 64, grows: 0, number: false },
  tag: { width: 128, least: 72, grows: 0, number: false }
};
export const OWN_COLUMNS = Object.keys(OWN) as OwnColumn[];
export const KEYED_GROUPS = Object.keys(KEYED) as KeyedGroup[];
/** The narrowest a person can make a column, in pixels. */
export const LEAST_WIDTH = 40;
/** How many metrics are columns unless others are chosen. */
const MOST_METRICS = 3;

/** The group and key of a keyed column; null for one that every version has. */
export function keyOf(id: ColumnId): { group: KeyedGroup; key: string } | null {
  const at = id.indexOf(':');
  const group = KEYED_GROUPS.find(each => each === id.slice(0, Math.max(0, at)));
  return group === undefined ? null : { group, key: id.slice(at + 1) };
}

/** Whether `text`, which was stored, is the name of a column. */
export function isColumn(text: unknown): text is ColumnId {
  return typeof text === 'string' && (Object.hasOwn(OWN, text) || keyOf(text as ColumnId) !== null);
}

export function lookOf(id: ColumnId): ColumnLook {
  const keyed = keyOf(id);
  return keyed ? { title: keyed.key, ...KEYED[keyed.group] } : OWN[id as OwnColumn];
}

/** The keys of metrics, parameters and tags that `versions` have: those most have first. */
export function keysIn(versions: readonly Version[], group: KeyedGroup): string[] {
  const counts = new Map<string, number>();
  for (const version of versions) {
    for (const key of keysOf(version, group)) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([key]) => key);
}

/** The columns until somebody chooses others: those that tell these versions apart. */
export function usualColumns(versions: readonly ListedVersion[]): ColumnId[] {
  const most = versions.length / 2;
  const metrics = keysIn(versions, 'metric').filter(
    key => versions.filter(each => metricOf(each, key) !== null).length > most
  );
  const differs = (of: (version: Version) => unknown): boolean => new Set(versions.map(of)).size > 1;
  return [
    'version',
    'aliases',
    ...(versions.some(each => each.stage !== 'None') ? (['stage'] as const) : []),
    ...metrics.slice(0, MOST_METRICS).map((key): ColumnId => `metric:${key}`),
    ...(versions.some(each => Object.keys(each.tags).length > 0) ? (['tags'] as const) : []),
    ...(differs(each => each.status) ? (['status'] as const) : []),
    ...(differs(each => each.size) ? (['size'] as const) : []),
    'created',
    'by',
    ...(versions.some(each => typeof each.last_used_at === 'number') ? (['used'] as const) : [])
  ];
}

/** The value of a metric; null when the version has none of that name. */
export function metricOf(version: Version, key: string): number | null {
  const value = version.metrics?.find(each => each.key === key)?.value;
  return value === undefined ? null : Number(value);
}

/** What a version is sorted by in a column; null stands at the end either way. */
export function sortValue(version: ListedVersion, id: ColumnId): string | number | null {
  const keyed = keyOf(id);
  if (keyed?.group === 'metric') {
    const value = metricOf(version, keyed.key);
    return value === null || Number.isNaN(value) ? null : value;
  }
  switch (id) {
    case 'version':
      return version.version;
    case 'size':
      return version.size;
    case 'created':
      return version.created_at;
    case 'used':
      return version.last_used_at ?? null;
    default:
      return textOf(version, id) || null;
  }
}

/** The text in a column, as far as it is text. */
export function textOf(version: Version, id: ColumnId): string {
  const keyed = keyOf(id);
  if (keyed) {
    return keyedText(version, keyed.group, keyed.key);
  }
  switch (id) {
    case 'aliases':
      return versionAliases(version).join(' ');
    case 'stage':
      return version.stage === 'None' ? '' : version.stage;
    case 'description':
      return firstLine(version.description ?? '');
    case 'tags':
      return sortedTags(version.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(' ');
    case 'status':
      return statusWord(version.status);
    case 'by':
      return version.created_by;
    default:
      return '';
  }
}

function keyedText(version: Version, group: KeyedGroup, key: string): string {
  switch (group) {
    case 'metric': {
      const value = version.metrics?.find(each => each.key === key)?.value;
      return value === undefined ? '' : numberText(value);
    }
    case 'param':
      return version.params?.[key] ?? '';
    case 'tag':
      return version.tags[key] ?? '';
  }
}

function keysOf(version: Version, group: KeyedGroup): string[] {
  switch (group) {
    case 'metric':
      return version.metrics?.map(each => each.key) ?? [];
    case 'param':
      return Object.keys(version.params ?? {});
    case 'tag':
      return Object.keys(version.tags);
  }
}
