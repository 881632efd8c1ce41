import { asRegistryError, type KnownRegistry } from '../../client/client';
import type { MenuItem } from '../../actions/Menu';
import type { Host } from '../../host/host';
import { ago } from '../../registry/format';
import { registryNames } from '../../registry/registryName';

/** The registries one can switch to, the one at `uri` marked; none where there is no choice. */
export async function switchItems(host: Host, uri: string | null): Promise<MenuItem[]> {
  const { registries } = host;
  if (registries === null) {
    return [];
  }
  let known: readonly KnownRegistry[];
  try {
    known = await registries.list();
  } catch (error) {
    const { message, hint } = asRegistryError(error);
    host.notify({ ok: false, message, hint });
    return [];
  }
  const names = registryNames(known.map(each => each.uri));
  return known.map(each => ({
    id: each.uri,
    label: [names.get(each.uri), ...about(each)].join(' · '),
    icon: each.uri === uri ? ('check' as const) : ('registry' as const),
    group: 'switch',
    run: () => registries.use(each.origin === 'server' ? null : each.uri)
  }));
}

function about({ origin, notebook, used_at }: KnownRegistry): string[] {
  const own = origin === 'server' ? ['of this server'] : [];
  const where = notebook?.slice(notebook.lastIndexOf('/') + 1);
  const when = used_at === null ? '' : ` ${ago(used_at)}`;
  return where === undefined
    ? own.length > 0
      ? own
      : used_at === null
        ? []
        : [`used${when}`]
    : [...own, `${where}${when}`];
}
