import type { Write } from '../../client/writes';
import type { TreeNode } from '../nodes';
import type { Target } from '../../registry/target';

type Model = Extract<TreeNode, { kind: 'model' }>;
type Version = Extract<TreeNode, { kind: 'version' }>;

/** `node` as `write` will leave it: itself when it has nothing to do with it, null when it will be gone. */
export function after(write: Write, node: TreeNode): TreeNode | null {
  switch (write.op) {
    case 'aliases.set': {
      const { model, alias, version } = write.params;
      return pointed(node, model, alias, version);
    }
    case 'aliases.rollback': {
      const { model, alias, version } = write.params;
      // Without a version only the registry knows where it will point.
      return typeof version === 'number' ? pointed(node, model, alias, version) : node;
    }
    case 'aliases.remove':
      return pointed(node, write.params.model, write.params.alias, null);
    case 'versions.delete':
      return withoutVersion(node, plain(write.params.reference));
    case 'models.delete':
    case 'schemas.delete':
    case 'catalogs.delete':
      return node.key === `${write.op.split('s.')[0]}:${write.params.name}` ? null : node;
    default:
      return node;
  }
}

/** What `write` has made, for the tree to show; null when that is nothing new. */
export async function madeBy(write: Write): Promise<Target | null> {
  switch (write.op) {
    case 'versions.register':
    case 'versions.copy': {
      const { name, version } = await write.answer;
      return { kind: 'version', name, version };
    }
    case 'models.create':
    case 'models.rename':
      return { kind: 'model', name: (await write.answer).name };
    case 'schemas.create':
      return { kind: 'schema', name: (await write.answer).name };
    case 'catalogs.create':
      return { kind: 'catalog', name: (await write.answer).name };
    case 'trash.restore': {
      const restored = await write.answer;
      return 'version' in restored
        ? { kind: 'version', name: restored.name, version: restored.version }
        : { kind: 'model', name: restored.name };
    }
    default:
      return null;
  }
}

/** `node` once `alias` of `model` points at `version`, or at none. */
function pointed(node: TreeNode, model: string, alias: string, version: number | null): TreeNode {
  if (node.kind === 'model' && node.item.name === model) {
    return withAliases(node, { ...without(node.item.aliases, alias), ...(version !== null && { [alias]: version }) });
  }
  if (node.kind === 'version' && node.item.name === model) {
    const others = node.item.aliases.filter(each => each !== alias);
    const aliases = node.item.version === version ? [...others, alias] : others;
    return { ...node, item: { ...node.item, aliases } } satisfies Version;
  }
  return node;
}

function withoutVersion(node: TreeNode, reference: string): TreeNode | null {
  const at = reference.lastIndexOf('/');
  const [model, version] = [reference.slice(0, at), Number(reference.slice(at + 1))];
  if (node.kind === 'version' && node.item.name === model && node.item.version === version) {
    return null;
  }
  if (node.kind === 'model' && node.item.name === model) {
    const kept = Object.entries(node.item.aliases).filter(([, pointsAt]) => pointsAt !== version);
    return withAliases(node, Object.fromEntries(kept));
  }
  return node;
}

function withAliases(node: Model, aliases: Record<string, number>): Model {
  return { ...node, item: { ...node.item, aliases } };
}

function without(aliases: Readonly<Record<string, number>>, alias: string): Record<string, number> {
  return Object.fromEntries(Object.entries(aliases).filter(([each]) => each !== alias));
}

function plain(reference: string): string {
  return reference.replace(/^models:\//, '');
}
