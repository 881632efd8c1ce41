import type { MenuItem } from '../../actions/Menu';
import type { Host } from '../../host/host';

/** What can be done with the registry as a whole. */
export const CARE = [
  { id: 'import', label: 'Import…', icon: 'import', request: { kind: 'import' } },
  { id: 'export', label: 'Export all models…', icon: 'export', request: { kind: 'export' } },
  { id: 'backup', label: 'Back up…', icon: 'backup', request: { kind: 'backup' } },
  { id: 'verify', label: 'Verify…', icon: 'verify', request: { kind: 'verify' } }
] as const;

/** All of it, as items of a menu. */
export function careItems(host: Host): MenuItem[] {
  const trash: MenuItem = {
    id: 'trash',
    label: 'Open trash',
    icon: 'delete',
    group: 'care',
    run: () => host.openPage({ kind: 'trash' })
  };
  const items = CARE.map(({ id, label, icon, request }) => ({
    id,
    label,
    icon,
    group: 'care',
    run: () => void host.openDialog(request)
  }));
  return [...items, trash];
}
