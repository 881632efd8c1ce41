import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { deleteSearchLine } from '../../registry/commandLine';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'delete-search' };

/** Keep a search no longer. */
export function DeleteSearchDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { name } = request;
  const saved = useLiveQuery(client => client.call('searches.list', {}));
  const there = saved.value?.find(each => each.name === name) ?? null;
  const blocked = saved.value !== null && there === null ? `There is no saved search @${name} any more.` : null;
  const form = useForm(
    {
      problems: {},
      act: async (reason, client) => {
        await client.call('searches.delete', { name, reason });
        return `Deleted the search @${name}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title="Delete saved search"
      icon="delete"
      about={`@${name}`}
      action="Delete"
      doing="Deleting…"
      danger
      blocked={blocked}
      line={deleteSearchLine(name, form.why)}
      waiting={saved.value ? null : saved}
    >
      {blocked !== null && <p className="mreg-effect mreg-mod-warning">{blocked}</p>}
      {there !== null && (
        <ul className="mreg-takes">
          <li>
            <bdi>{there.author}</bdi> has saved it: <code>{there.filter || `all ${there.kind}s`}</code>
          </li>
          <li>Nobody finds it by @{name} any more; what it finds stays as it is.</li>
        </ul>
      )}
    </DialogFrame>
  );
}
