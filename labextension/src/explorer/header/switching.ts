import { asRegistryError, type KnownRegistry, type Offer } from '../../client/client';
import type { MenuItem } from '../../actions/Menu';
import type { Host } from '../../host/host';
import { ago } from '../../registry/format';
import { registryNames } from '../../registry/registryName';

/** The dialogs about which registry is shown. */
export const CONNECT = {
  id: 'connect',
  label: 'Connect to another registry…',
  icon: 'link',
  request: { kind: 'connect' }
} as const;
export const ABOUT = {
  id: 'about',
  label: 'About this registry…',
  icon: 'eye',
  request: { kind: 'about' }
} as const;

function dialogItem(host: Host, { id, label, icon, request }: typeof CONNECT | typeof ABOUT): MenuItem {
  return { id, label, icon, group: 'switch', run: () => void host.openDialog(request) };
}

/** The registries one can switch to by `go`, the one at `uri` marked, and the way to others; none where there is no choice. */
export async function switchItems(host: Host, uri: string | null, go: (uri: string) => void): Promise<MenuItem[]> {
  const { registries } = host;
  if (registries === null) {
    return [dialogItem(host, ABOUT)];
  }
  let offer: Offer;
  try {
    offer = await registries.offer();
  } catch (error) {
    const { message, hint } = asRegistryError(error);
    host.notify({ ok: false, message, hint });
    return [dialogItem(host, ABOUT)];
  }
  const names = registryNames(offer.known.map(each => each.uri));
  const items = offer.known.map(each => ({
    id: each.uri,
    label: [names.get(each.uri), ...about(each)].join(' · '),
    icon: each.uri === uri ? ('check' as const) : ('registry' as const),
    group: 'switch',
    run: () => go(each.uri)
  }));
  return [...items, ...(offer.connects ? [dialogItem(host, CONNECT)] : []), dialogItem(host, ABOUT)];
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
