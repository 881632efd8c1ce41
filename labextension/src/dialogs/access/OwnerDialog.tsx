import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { ownerLine } from '../../registry/access/lines';
import { EVERYBODY, placeText } from '../../registry/access/privileges';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { useForm } from '../form/useForm';
import { PrincipalField } from './PrincipalField';
import { isNew, newProblem, principalProblem, usePrincipals } from './principals';

type Request = DialogRequest & { readonly kind: 'owner' };

/** Give something to another owner. */
export function OwnerDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { on } = request;
  const [to, setTo] = React.useState('');
  const [meant, setMeant] = React.useState(false);
  const known = usePrincipals();
  const owner = useLiveQuery(client => client.call('grants.owner', { on: on.name, kind: on.kind }));
  const name = to.trim();
  const fresh = meant && known.value !== null && isNew(known.value, name);
  const same =
    name !== '' && name === owner.value
      ? { message: `${placeText(on)} belongs to ${name} already`, hint: 'name somebody else' }
      : null;
  const form = useForm(
    {
      problems: { principal: principalProblem(name) ?? same, new: newProblem(known.value, name, meant) },
      pending: [known],
      act: async (reason, client) => {
        const { before, after } = await client.call('grants.transfer', {
          on: on.name,
          kind: on.kind,
          to: name,
          new: fresh,
          reason
        });
        return `${placeText(on)} belongs to ${after} now; it was ${before}’s`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title="Change owner"
      icon="access"
      about={placeText(on)}
      action="Change owner"
      doing="Changing…"
      line={ownerLine(on, name, fresh, form.why)}
      waiting={owner.value === null ? owner : null}
    >
      <p>
        It belongs to <bdi className="mreg-strong">{owner.value}</bdi>.{' '}
        {on.kind === 'registry'
          ? 'Whoever owns the registry administers it.'
          : 'An owner holds every privilege on it and on what is in it.'}
      </p>
      <PrincipalField
        form={form}
        label="New owner"
        note="A user, or a group that has members."
        value={to}
        known={known.value}
        without={[EVERYBODY, owner.value ?? '']}
        meant={meant}
        onChange={setTo}
        onMean={setMeant}
      />
    </DialogFrame>
  );
}
