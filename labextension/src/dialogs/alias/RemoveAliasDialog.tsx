import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { unaliasLine } from '../../registry/commandLine';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'remove-alias' };

/** Take an alias away from a model; the version it points at stays. */
export function RemoveAliasDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { model, alias } = request;
  const known = useLiveQuery(each => each.call('models.get', { name: model }));
  const version = known.value?.aliases[alias] ?? null;
  const blocked = known.value !== null && version === null ? `${model} has no alias @${alias} any more.` : null;
  const form = useForm(
    {
      problems: {},
      act: async (reason, client) => {
        const before = await client.call('aliases.remove', { model, alias, reason });
        return before === null
          ? `${model} had no alias @${alias} any more`
          : `Removed @${alias} of ${model}, which pointed at v${before}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={`Remove @${alias}`}
      icon="delete"
      about={model}
      action="Remove"
      doing="Removing…"
      danger
      blocked={blocked}
      line={unaliasLine(model, alias, form.why)}
      waiting={known.value ? null : known}
    >
      {blocked !== null && <p className="mreg-effect mreg-mod-warning">{blocked}</p>}
      {version !== null && (
        <ul className="mreg-takes">
          <li>
            <bdi>@{alias}</bdi> points at v{version}. The version itself stays.
          </li>
          <li>
            Code that loads{' '}
            <code>
              models:/{model}@{alias}
            </code>{' '}
            fails until the alias is set again.
          </li>
        </ul>
      )}
    </DialogFrame>
  );
}
