import type { MenuItem } from '../../actions/Menu';
import type { Host } from '../../host/host';
import type { AnyPage } from '../../registry/target';

/** What can be done with the registry as a whole. */
export const CARE = [
  { id: 'import', label: 'Import…', icon: 'import', request: { kind: 'import' } },
  { id: 'export', label: 'Export all models…', icon: 'export', request: { kind: 'export' } },
  { id: 'backup', label: 'Back up…', icon: 'backup', request: { kind: 'backup' } },
  { id: 'verify', label: 'Verify…', icon: 'verify', request: { kind: 'verify' } }
] as const;

/** The pages of the registry as a whole. */
export const WHOLE_PAGES = [
  { id: 'requests', label: 'Open requests', icon: 'requests', page: { kind: 'requests' } },
  { id: 'activity', label: 'Open activity', icon: 'history', page: { kind: 'registry' } },
  { id: 'trash', label: 'Open trash', icon: 'delete', page: { kind: 'trash' } }
] as const satisfies readonly { id: string; label: string; icon: MenuItem['icon']; page: AnyPage }[];

/** All of it, as items of a menu. */
export function careItems(host: Host): MenuItem[] {
  return [
    ...CARE.map(({ id, label, icon, request }) => ({
      id,
      label,
      icon,
      group: 'care',
      run: () => void host.openDialog(request)
    })),
    ...WHOLE_PAGES.map(({ id, label, icon, page }) => ({
      id,
      label,
      icon,
      group: 'care',
      run: () => host.openPage(page)
    }))
  ];
}
