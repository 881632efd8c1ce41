import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { exact, pinLine } from '../../registry/commandLine';
import { DialogFrame } from '../form/DialogFrame';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'pin' };

/** Pin a version, with the reason that others will see beside the pin. */
export function PinDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const reference = `${request.model}/${request.version}`;
  const form = useForm(
    {
      problems: {},
      act: async (reason, client) => {
        const changes = await client.call('versions.pin', { reference: exact(reference), reason });
        return changes.some(each => !each.before) ? `Pinned ${reference}` : `${reference} was pinned already`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={`Pin v${request.version}`}
      icon="pin"
      about={request.model}
      action="Pin"
      doing="Pinning…"
      line={pinLine(reference, form.why)}
    >
      <p>As long as it is pinned, prune leaves it, and it is deleted by force only.</p>
    </DialogFrame>
  );
}
