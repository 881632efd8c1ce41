import { isPrompt } from '../registry/tags';
import type { Catalog, Client, Model, Page, Schema, Version } from '../client/client';
import { isGoverned } from '../registry/validation';
import { referenceTo, type Target, targetOfVersion } from '../registry/target';

/** One thing in the tree. `key` tells it from every other one and survives a refresh. */
export type TreeNode =
  | { kind: 'catalog'; key: string; item: Catalog }
  | { kind: 'schema'; key: string; item: Schema }
  | { kind: 'workspace' | 'prompts'; key: string }
  | { kind: 'model'; key: string; item: Model }
  | { kind: 'version'; key: string; item: Version };

/** Where a list of nodes comes from. */
export type Source =
  | { of: 'root' }
  | { of: 'catalog'; name: string }
  | { of: 'schema'; name: string }
  | { of: 'workspace' }
  | { of: 'prompts' }
  | { of: 'model'; name: string }
  /** `what` is looked for: models by something in their name alone, or models or versions by a filter. */
  | { of: 'search'; text: string; what: 'name' | 'model' | 'version' };

export const ROOT: Source = { of: 'root' };
export const WORKSPACE: Source = { of: 'workspace' };
export const PROMPTS: Source = { of: 'prompts' };

/** The key of a list: that of the node it hangs below; all searches share one, so that one replaces the other. */
export function listKey(source: Source): string {
  return 'name' in source ? `${source.of}:${source.name}` : source.of;
}

/** What hangs below `node`; null for a leaf. */
export function below(node: TreeNode): Source | null {
  switch (node.kind) {
    case 'workspace':
      return WORKSPACE;
    case 'prompts':
      return PROMPTS;
    case 'catalog':
    case 'schema':
      return { of: node.kind, name: node.item.name };
    case 'model':
      // A model that never had a version has nothing to open.
      return node.item.last_version > 0 ? { of: 'model', name: node.item.name } : null;
    case 'version':
      return null;
  }
}

/** What can be acted on in `node`; null for a mere group. */
export function targetOf(node: TreeNode): Target | null {
  switch (node.kind) {
    case 'workspace':
    case 'prompts':
      return null;
    case 'version':
      return targetOfVersion(node.item);
    case 'model':
      return { kind: 'model', name: node.item.name, deprecated: node.item.deprecated !== null };
    default:
      return { kind: node.kind, name: node.item.name };
  }
}

/** The keys of the nodes on the way down to `target`, its own last. */
export function pathTo(target: Target): string[] {
  const own = `${target.kind}:${referenceTo(target)}`;
  switch (target.kind) {
    case 'catalog':
      return [own];
    case 'schema':
      return [`catalog:${parent(target.name)}`, own];
    case 'model':
      return isGoverned(target.name)
        ? [...pathTo({ kind: 'schema', name: parent(target.name) }), own]
        : [listKey(WORKSPACE), own];
    case 'version':
      return [...pathTo({ kind: 'model', name: target.name }), own];
  }
}

/** The group of models without a namespace. */
export const WORKSPACE_NODE: TreeNode = { kind: 'workspace', key: listKey(WORKSPACE) };

/** The group of prompts, which are versioned as models are. */
export const PROMPTS_NODE: TreeNode = { kind: 'prompts', key: listKey(PROMPTS) };

/** Fetch `limit` nodes of `source`, from `token` on. Rejects as `Client.call` does. */
export async function fetchNodes(
  client: Client,
  source: Source,
  limit: number,
  token: string | null,
  signal: AbortSignal
): Promise<Page<TreeNode>> {
  const page = { limit, page_token: token };
  switch (source.of) {
    case 'root': {
      const found = await client.call('catalogs.list', page, signal);
      return { items: found.items.map(item => node('catalog', item)), token: found.token };
    }
    case 'catalog': {
      const found = await client.call('schemas.list', { ...page, catalog: source.name }, signal);
      return { items: found.items.map(item => node('schema', item)), token: found.token };
    }
    case 'schema':
      return models(await client.call('models.list', { ...page, namespace: source.name }, signal));
    case 'workspace':
      return models(await client.call('models.list', { ...page, workspace: true }, signal));
    case 'prompts':
      return models(await client.call('models.search', { ...page, prompts: true }, signal));
    case 'search': {
      const asked = { ...page, filter: source.text };
      if (source.what === 'version') {
        return versions(await client.call('versions.find', asked, signal));
      }
      if (source.what === 'model') {
        return models(await client.call('models.find', asked, signal));
      }
      const conditions = [{ field: 'name', operator: 'CONTAINS' as const, value: source.text }];
      return models(await client.call('models.search', { ...page, conditions }, signal));
    }
    case 'model':
      return versions(await client.call('versions.list', { ...page, model: source.name }, signal));
  }
}

/** What a person types to find a model: a whole reference such as `models:/a.b.c@Champion` counts as its model. */
export function searchText(typed: string): string {
  const text = typed.trim().replace(/^models:\/*/, '');
  return /^[^\s/@'"=]+[/@][\w-]*$/.test(text) ? text.replace(/[/@].*$/s, '') : text;
}

/** `prod.ml` of `prod.ml.fraud`, and of its versions; null for what is in no schema. */
export function namespaceOf(node: TreeNode): string | null {
  switch (node.kind) {
    case 'model':
      return node.item.schema_id === null ? null : parent(node.item.name);
    case 'version':
      return isGoverned(node.item.name) ? parent(node.item.name) : null;
    default:
      return null;
  }
}

/** What a node is called where it stands by itself, and not below what it is in. */
export function foundName(node: TreeNode): string {
  if (node.kind !== 'version') {
    return shortName(node);
  }
  const { name } = node.item;
  return `${isGoverned(name) ? lastPart(name) : name} ${shortName(node)}`;
}

/** The last part of a governed name; the whole of any other, and of a prompt's, which stand all in one group. */
export function shortName(node: TreeNode): string {
  switch (node.kind) {
    case 'workspace':
      return 'Workspace models';
    case 'prompts':
      return 'Prompts';
    case 'version':
      return `v${node.item.version}`;
    case 'model':
      return node.item.schema_id === null || isPrompt(node.item) ? node.item.name : lastPart(node.item.name);
    default:
      return lastPart(node.item.name);
  }
}

function models(found: Page<Model>): Page<TreeNode> {
  return { items: found.items.map((item): TreeNode => node('model', item)), token: found.token };
}

function versions(found: Page<Version>): Page<TreeNode> {
  const items = found.items.map((item): TreeNode => ({
    kind: 'version',
    key: `version:${item.name}/${item.version}`,
    item
  }));
  return { items, token: found.token };
}

function node(kind: 'catalog', item: Catalog): TreeNode;
function node(kind: 'schema', item: Schema): TreeNode;
function node(kind: 'model', item: Model): TreeNode;
function node(kind: 'catalog' | 'schema' | 'model', item: Catalog | Schema | Model): TreeNode {
  return { kind, key: `${kind}:${item.name}`, item } as TreeNode;
}

/** `prod.ml` of `prod.ml.fraud`; nothing of a name without parts. */
export function parent(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
