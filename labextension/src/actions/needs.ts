import { accessActions } from '../host/asking';
import type { Host } from '../host/host';
import { type Need, rightsOf } from '../host/rights';
import { type Securable, securableOf, THE_REGISTRY } from '../registry/access/securable';
import type { Refusal } from '../client/client';
import type { Target } from '../registry/target';

/** The operation that an action, by its id, comes to, on what it is about; of those that anybody may do there is none. */
const OPERATIONS: Readonly<Record<string, Need['op']>> = {
  'set-alias': 'aliases.set',
  request: 'requests.alias',
  'edit-tags': 'tags.edit',
  'new-schema': 'schemas.create',
  'new-model': 'models.create',
  register: 'versions.register',
  'copy-to': 'versions.copy',
  export: 'exchange.export',
  rename: 'models.rename',
  pin: 'versions.pin',
  unpin: 'versions.unpin',
  link: 'versions.link',
  deprecate: 'deprecations.set',
  undeprecate: 'deprecations.remove',
  prune: 'trash.prune'
};

/** What it takes to do that to `target`; null where it takes nothing. */
export function needOf(action: string, target: Target): Need | null {
  const on = securableOf(target);
  switch (action) {
    case 'describe':
      return { op: `${target.kind}s.describe`, on };
    case 'delete':
      return { op: `${target.kind}s.delete`, on };
    case 'verify':
      return { op: 'maintenance.verify', on: THE_REGISTRY };
    default: {
      const op = OPERATIONS[action];
      return op === undefined ? null : { op, on };
    }
  }
}

/** What `op` takes on `on`, a model where only its name is given. */
export function need(op: Need['op'], on: Securable | string): Need {
  return { op, on: typeof on === 'string' ? { kind: 'model', name: on } : on };
}

/** Why `host` would be refused what `needed` names; null where it would not. */
export function refusedNow(host: Host, needed: Need | null): Refusal | null {
  return needed && rightsOf(host.client).refusal(needed);
}

/** Tell why something is not done. */
export function tellRefusal(host: Host, { message, hint }: Refusal): void {
  host.notify({ ok: false, message, hint, actions: accessActions(host, hint) });
}
