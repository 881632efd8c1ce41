import type { MenuItem } from '../../actions/Menu';
import type { DialogRequest } from '../../host/dialogRequest';
import type { Host } from '../../host/host';
import { isGoverned } from '../../registry/validation';
import type { Target } from '../../registry/target';
import { parent } from '../nodes';

/** What can be made: where `selected` is, or in it when it is a catalog or schema. */
export function newItems(host: Host, selected: Target | null): MenuItem[] {
  const schema = schemaOf(selected);
  const catalog = selected?.kind === 'catalog' ? selected.name : schema && parent(schema);
  const item = (
    id: string,
    label: string,
    icon: MenuItem['icon'],
    group: string,
    request: DialogRequest
  ): MenuItem => ({
    id,
    label,
    icon,
    group,
    run: () => void host.openDialog(request)
  });
  return [
    item('register', 'Register a model…', 'register', 'register', {
      kind: 'register',
      ...(schema !== null && { namespace: schema })
    }),
    item('model', 'New model…', 'model', 'create', {
      kind: 'create',
      what: 'model',
      ...(schema !== null && { within: schema })
    }),
    item('schema', 'New schema…', 'schema', 'create', {
      kind: 'create',
      what: 'schema',
      ...(catalog !== null && { within: catalog })
    }),
    item('catalog', 'New catalog…', 'catalog', 'create', { kind: 'create', what: 'catalog' })
  ];
}

/** The schema that `selected` is or is in; null for none. */
function schemaOf(selected: Target | null): string | null {
  switch (selected?.kind) {
    case 'schema':
      return selected.name;
    case 'model':
    case 'version':
      return isGoverned(selected.name) ? parent(selected.name) : null;
    default:
      return null;
  }
}
