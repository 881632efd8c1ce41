import type { MenuItem } from '../../actions/Menu';
import { need } from '../../actions/needs';
import type { DialogRequest } from '../../host/dialogRequest';
import type { Host } from '../../host/host';
import { type Need } from '../../host/rights';
import { THE_REGISTRY } from '../../registry/access/securable';
import { isGoverned } from '../../registry/validation';
import type { Target } from '../../registry/target';
import { parent } from '../nodes';

/** What can be made: where `selected` is, or in it when it is a catalog or schema. */
export function newItems(host: Host, selected: Target | null): MenuItem[] {
  const schema = schemaOf(selected);
  const catalog = selected?.kind === 'catalog' ? selected.name : schema && parent(schema);
  // Where nothing is chosen, it may be made where the person may.
  const inSchema = schema === null ? null : need('models.create', { kind: 'schema', name: schema });
  const inCatalog = catalog === null ? null : need('schemas.create', { kind: 'catalog', name: catalog });
  const item = (
    id: string,
    label: string,
    icon: MenuItem['icon'],
    group: string,
    needed: Need | null,
    request: DialogRequest
  ): MenuItem => ({
    id,
    label,
    icon,
    group,
    need: needed,
    run: () => void host.openDialog(request)
  });
  return [
    item('register', 'Register a model…', 'register', 'register', null, {
      kind: 'register',
      ...(schema !== null && { namespace: schema })
    }),
    item('model', 'New model…', 'model', 'create', inSchema, {
      kind: 'create',
      what: 'model',
      ...(schema !== null && { within: schema })
    }),
    item('schema', 'New schema…', 'schema', 'create', inCatalog, {
      kind: 'create',
      what: 'schema',
      ...(catalog !== null && { within: catalog })
    }),
    item('catalog', 'New catalog…', 'catalog', 'create', need('catalogs.create', THE_REGISTRY), {
      kind: 'create',
      what: 'catalog'
    })
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
