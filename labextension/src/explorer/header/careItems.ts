import type { MenuItem } from '../../actions/Menu';
import { need } from '../../actions/needs';
import type { Host, PagePlace } from '../../host/host';
import { THE_REGISTRY } from '../../registry/access/securable';
import type { AnyPage } from '../../registry/target';

/** What can be done with the registry as a whole, and the operation that this comes to, of those that take a right. */
export const CARE = [
  { id: 'import', label: 'Import…', icon: 'import', op: 'exchange.import_from', request: { kind: 'import' } },
  { id: 'export', label: 'Export all models…', icon: 'export', op: null, request: { kind: 'export' } },
  { id: 'backup', label: 'Back up…', icon: 'backup', op: 'maintenance.backup', request: { kind: 'backup' } },
  { id: 'verify', label: 'Verify…', icon: 'verify', op: 'maintenance.verify', request: { kind: 'verify' } }
] as const;

interface WholePage {
  readonly id: string;
  readonly label: string;
  readonly icon: MenuItem['icon'];
  readonly page: AnyPage;
  readonly place?: PagePlace;
}

/** The pages of the registry as a whole. */
export const WHOLE_PAGES: readonly WholePage[] = [
  { id: 'requests', label: 'Open requests', icon: 'requests', page: { kind: 'requests' } },
  { id: 'activity', label: 'Open activity', icon: 'history', page: { kind: 'registry' }, place: { tab: 'activity' } },
  {
    id: 'permissions',
    label: 'Open permissions',
    icon: 'access',
    page: { kind: 'registry' },
    place: { tab: 'permissions' }
  },
  { id: 'trash', label: 'Open trash', icon: 'delete', page: { kind: 'trash' } }
];

/** All of it, as items of a menu. */
export function careItems(host: Host): MenuItem[] {
  return [
    ...CARE.map(({ id, label, icon, request, op }) => ({
      id,
      label,
      icon,
      group: 'care',
      need: op === null ? null : need(op, THE_REGISTRY),
      run: () => void host.openDialog(request)
    })),
    ...WHOLE_PAGES.map(({ id, label, icon, page, place }) => ({
      id,
      label,
      icon,
      group: 'care',
      run: () => host.openPage(page, place)
    }))
  ];
}
