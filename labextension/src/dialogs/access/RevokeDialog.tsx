import * as React from 'react';

import { asRegistryError, RegistryError } from '../../client/client';
import type { DialogRequest } from '../../host/dialogRequest';
import { revokeLine } from '../../registry/access/lines';
import { aboutPrivilege, EVERYBODY, listed, placeText } from '../../registry/access/privileges';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { Tick } from '../form/Field';
import { useForm } from '../form/useForm';
import { Privileges } from './GrantDialog';

type Request = DialogRequest & { readonly kind: 'revoke' };

/** Take back what a user or a group was granted on something. */
export function RevokeDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { on, principal } = request;
  const grants = useLiveQuery(client => client.call('grants.list', { on: on.name, kind: on.kind, to: principal }));
  const held = grants.value?.[0]?.privileges ?? [];
  const [kept, setKept] = React.useState<ReadonlySet<string>>(new Set());
  const [meant, setMeant] = React.useState(false);
  const privileges = held.filter(each => !kept.has(each));
  const [warned, setWarned] = React.useState(false);
  const blocked =
    grants.value !== null && held.length === 0 ? `${principal} has been granted nothing here any more.` : null;
  const form = useForm(
    {
      problems: {
        privileges:
          privileges.length === 0 ? { message: 'nothing is ticked', hint: 'tick what is to be taken back' } : null,
        meant:
          warned && !meant
            ? { message: 'it takes away your own right to grant here', hint: 'tick the box if that is meant' }
            : null
      },
      act: async (reason, client) => {
        const asked = { privileges, on: on.name, kind: on.kind, to: [principal], force: warned && meant, reason };
        try {
          const [left] = await client.call('grants.revoke', asked);
          return said(principal, privileges, left?.privileges ?? [], placeText(on));
        } catch (error) {
          const { code, message } = asRegistryError(error);
          if (code !== 'INVALID_STATE') {
            throw error;
          }
          setWarned(true);
          throw new RegistryError(code, message, 'Tick the box to do it all the same.');
        }
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title="Revoke privileges"
      icon="access"
      about={placeText(on)}
      action="Revoke"
      doing="Revoking…"
      danger
      blocked={blocked}
      line={revokeLine({ privileges, on, principal }, warned && meant, form.why)}
      waiting={grants.value ? null : grants}
    >
      {blocked !== null ? (
        <p className="mreg-effect mreg-mod-warning">{blocked}</p>
      ) : (
        <>
          <p>
            From <bdi className="mreg-strong">{principal}</bdi>
            {principal === EVERYBODY && ', which is everybody'}:
          </p>
          <Privileges
            form={form}
            choices={held.map(name => ({ name, about: aboutPrivilege(name) }))}
            ticked={new Set(privileges)}
            onTick={(each, on) => {
              form.touch('privileges');
              setKept(old => new Set(on ? [...old].filter(other => other !== each) : [...old, each]));
            }}
          />
          {warned && (
            <Tick
              form={form}
              name="meant"
              label="I do not need to grant anything here any more"
              value={meant}
              onChange={setMeant}
            />
          )}
          <p className="mreg-note">What is granted further up, or by way of a group, still holds.</p>
        </>
      )}
    </DialogFrame>
  );
}

function said(principal: string, gone: readonly string[], left: readonly string[], place: string): string {
  const still = left.length === 0 ? 'nothing' : listed(left);
  return `Revoked ${listed(gone)} on ${place}: ${principal} has ${still} there now`;
}
