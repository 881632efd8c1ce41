import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { exact, unlinkLine } from '../../registry/commandLine';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'unlink' };

/** Take a link of a version away. */
export function UnlinkDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { model, version, url } = request;
  const reference = `${model}/${version}`;
  const known = useLiveQuery(client => client.call('versions.get', { reference: exact(reference) }));
  const kind = known.value?.links[url] ?? null;
  const blocked = known.value !== null && kind === null ? `${reference} has no such link any more.` : null;
  const form = useForm(
    {
      problems: {},
      act: async (reason, client) => {
        await client.call('versions.unlink', { reference: exact(reference), url, reason });
        return `Removed the link to ${url} from ${reference}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={`Remove a link of v${version}`}
      icon="delete"
      about={model}
      action="Remove"
      doing="Removing…"
      danger
      blocked={blocked}
      line={unlinkLine(reference, url, form.why)}
      waiting={known.value ? null : known}
    >
      {blocked !== null && <p className="mreg-effect mreg-mod-warning">{blocked}</p>}
      {kind !== null && (
        <ul className="mreg-takes">
          <li>
            Removes the link to the {kind} <bdi>{url}</bdi>; what is there stays as it is.
          </li>
          {kind === 'endpoint' && <li>The endpoint does not keep v{version} from being deleted any more.</li>}
        </ul>
      )}
    </DialogFrame>
  );
}
