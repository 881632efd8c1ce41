import type { Client, Completion, Model, Page, Version } from '../../client/client';
import { modelAliases, versionAliases } from '../../registry/aliases';
import { aliasText, ago, dateTime, numberText } from '../../registry/format';
import { firstLine } from '../../registry/markdown';

export type Kind = 'model' | 'version';
export type Found = Model | Version;

/** What is found is sorted by a field, the highest first where `descending`. */
export interface Order {
  readonly field: string;
  readonly descending: boolean;
}

/** One column of what was found. */
export interface FoundColumn {
  /** What it is sorted by; null where it is not. */
  readonly field: string | null;
  readonly title: string;
  readonly text: (found: Found) => string;
  readonly whole?: (found: Found) => string;
  readonly number?: boolean;
}

/** Of more fields in a filter than this only the first are columns. */
const MOST_FIELDS = 4;

/** What a filter looks for, and the fields that it names; of a saved search the registry knows what it looks for. */
export async function askedOf(client: Client, filter: string, signal: AbortSignal): Promise<Completion> {
  const told = await client.call('searches.complete', { filter }, signal);
  const name = filter.trim();
  if (!name.startsWith('@')) {
    return told;
  }
  const saved = await client.call('searches.get', { name: name.slice(1) }, signal);
  const inner = await client.call('searches.complete', { filter: saved.filter }, signal);
  return { ...inner, kind: saved.kind };
}

/** A page of what `filter` finds. */
export function pageOf(
  client: Client,
  kind: Kind,
  filter: string,
  order: Order | null,
  limit: number,
  page_token: string | null,
  signal: AbortSignal
): Promise<Page<Found>> {
  const order_by = order === null ? '' : `${order.field}${order.descending ? ' desc' : ''}`;
  const params = { filter, order_by, limit, page_token };
  return kind === 'model' ? client.call('models.find', params, signal) : client.call('versions.find', params, signal);
}

export function isVersion(found: Found): found is Version {
  return 'version' in found;
}

/** How the registry names it. */
export function referenceOf(found: Found): string {
  return isVersion(found) ? `${found.name}/${found.version}` : found.name;
}

/** The columns for what is found by a filter that names `fields`. */
export function columnsFor(kind: Kind, fields: readonly string[]): FoundColumn[] {
  const keyed = fields.filter(each => /^(?:metrics|params|tags)\./.test(each)).slice(0, MOST_FIELDS);
  const own = keyed.filter(each => kind === 'version' || each.startsWith('tags.'));
  return [NAME[kind], ALIASES, ...own.map(keyedColumn), ...REST[kind]];
}

/** Sorting by the column once more turns the order round; by another one it begins at its lowest, a number at its highest. */
export function sortedBy(column: FoundColumn, order: Order | null): Order | null {
  if (column.field === null) {
    return order;
  }
  return order?.field === column.field
    ? { field: column.field, descending: !order.descending }
    : { field: column.field, descending: column.number === true };
}

const NAME: Record<Kind, FoundColumn> = {
  model: { field: 'name', title: 'Model', text: referenceOf },
  version: { field: 'name', title: 'Version', text: referenceOf }
};
const ALIASES: FoundColumn = {
  field: null,
  title: 'Aliases',
  text: found =>
    (isVersion(found)
      ? versionAliases(found).map(each => aliasText(each))
      : modelAliases(found).map(each => aliasText(...each))
    ).join(' ')
};
const REST: Record<Kind, readonly FoundColumn[]> = {
  model: [
    { field: 'owner', title: 'Owner', text: found => (isVersion(found) ? '' : found.owner) },
    {
      field: 'updated',
      title: 'Updated',
      text: found => ago(found.updated_at),
      whole: found => dateTime(found.updated_at)
    },
    { field: null, title: 'Description', text: found => firstLine(found.description ?? '') }
  ],
  version: [
    {
      field: 'created',
      title: 'Created',
      text: found => ago(found.created_at),
      whole: found => dateTime(found.created_at)
    },
    { field: 'author', title: 'By', text: found => found.created_by },
    { field: null, title: 'Description', text: found => firstLine(found.description ?? '') }
  ]
};

function keyedColumn(field: string): FoundColumn {
  const [group, ...rest] = field.split('.');
  const key = rest.join('.').replace(/^[`"](.*)[`"]$/, '$1');
  return {
    field,
    title: key,
    number: group === 'metrics',
    text: found => {
      if (group === 'tags') {
        return found.tags[key] ?? '';
      }
      if (!isVersion(found)) {
        return '';
      }
      const metric = found.metrics?.find(each => each.key === key)?.value;
      return group === 'params' ? (found.params?.[key] ?? '') : metric === undefined ? '' : numberText(metric);
    }
  };
}
