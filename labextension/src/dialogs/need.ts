import { need, needOf } from '../actions/needs';
import type { DialogRequest } from '../host/dialogRequest';
import { type Need } from '../host/rights';
import { THE_REGISTRY } from '../registry/access/securable';

/** What it takes to do what a dialog is for; null where that is known only by what is typed into it. */
export function needOfDialog(request: DialogRequest): Need | null {
  switch (request.kind) {
    case 'alias':
      return need('aliases.set', request.model);
    case 'remove-alias':
      return need('aliases.remove', request.model);
    case 'rollback':
      return need('aliases.rollback', request.model);
    case 'tags':
      return needOf('edit-tags', request.target);
    case 'describe':
    case 'delete':
      return needOf(request.kind, request.target);
    case 'prune':
    case 'export':
    case 'verify':
      return request.target === undefined ? whole(request.kind) : needOf(request.kind, request.target);
    case 'copy':
      return need('versions.copy', request.model);
    case 'rename':
      return need('models.rename', request.model);
    case 'pin':
      return need('versions.pin', request.model);
    case 'link':
    case 'unlink':
      return need(`versions.${request.kind}`, request.model);
    case 'deprecate':
      return needOf(request.kind, request.target);
    case 'delete-versions':
      return need('versions.delete', request.model);
    case 'create':
      return request.what === 'catalog' ? need('catalogs.create', THE_REGISTRY) : null;
    case 'grant':
    case 'revoke':
      return need(`grants.${request.kind}`, request.on);
    case 'owner':
      return need('grants.transfer', request.on);
    case 'group':
      return need(request.name === undefined ? 'groups.create' : 'groups.add', THE_REGISTRY);
    case 'policy':
      return need('policies.add', request.on);
    case 'remove-policy':
      return need('policies.remove', request.on);
    case 'tag-policy':
      return need(request.key === undefined ? 'tag_policies.create' : 'tag_policies.change', THE_REGISTRY);
    case 'delete-tag-policy':
      return need('tag_policies.delete', THE_REGISTRY);
    case 'delete-group':
      return need('groups.delete', THE_REGISTRY);
    case 'import':
      return need('exchange.import_from', THE_REGISTRY);
    case 'backup':
      return need('maintenance.backup', THE_REGISTRY);
    default:
      return null;
  }
}

/** The same of what is done with the registry as a whole. */
function whole(kind: string): Need | null {
  return kind === 'verify' ? need('maintenance.verify', THE_REGISTRY) : null;
}
