import { accessIn, type Place } from '../registry/governance/requests';
import type { DialogRequest } from './dialogRequest';
import type { Host, NotificationAction } from './host';

/** The dialog that asks for a privilege that is missing. */
export function accessRequest(missing: { readonly privilege: string; readonly on: Place }): DialogRequest {
  return { kind: 'request-access', on: missing.on, privileges: [missing.privilege] };
}

/** A button that asks for what the hint of a refusal says can be asked for here; none where it says nothing of that. */
export function accessActions(host: Pick<Host, 'openDialog'>, hint: string | null): NotificationAction[] {
  const missing = accessIn(hint);
  const run = (): void => void (missing && host.openDialog(accessRequest(missing)));
  return missing === null ? [] : [{ label: `Request ${missing.privilege}`, run }];
}
