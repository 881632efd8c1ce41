import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { momentText, placeText, removePolicyLine } from '../../registry/governance/policies';
import { DialogFrame } from '../form/DialogFrame';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'remove-policy' };

/** Take a policy off something. */
export function RemovePolicyDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { on, policy } = request;
  const place = placeText(policy);
  const form = useForm(
    {
      problems: {},
      act: async (reason, client) => {
        await client.call('policies.remove', { name: policy.name, on: on.name, kind: on.kind, reason });
        return `Removed policy ${policy.name} of ${place}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={`Remove policy ${policy.name}`}
      icon="verify"
      about={place}
      action="Remove"
      doing="Removing…"
      danger
      line={removePolicyLine(policy.name, on, form.why)}
    >
      <p>
        It is not asked any more {momentText(policy)}. A policy of the same name on what is wider comes into force in
        its place.
      </p>
    </DialogFrame>
  );
}
