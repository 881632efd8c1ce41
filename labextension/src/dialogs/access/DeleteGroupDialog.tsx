import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { deleteGroupLine } from '../../registry/access/lines';
import { listed } from '../../registry/access/privileges';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { Takes } from '../form/Takes';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'delete-group' };

/** Remove a group; its members stay who they are. */
export function DeleteGroupDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { name } = request;
  const known = useLiveQuery(async client => {
    const [groups, grants] = await Promise.all([
      client.call('groups.list', {}),
      client.call('grants.list', { to: name })
    ]);
    return { groups, grants };
  });
  const group = known.value?.groups.find(each => each.name === name);
  const within = known.value?.groups.filter(each => each.members.includes(name)).map(each => each.name) ?? [];
  const places = known.value?.grants.length ?? 0;
  const blocked = known.value !== null && group === undefined ? `There is no group ${name} any more.` : null;
  const form = useForm(
    {
      problems: {},
      act: async (reason, client) => {
        await client.call('groups.delete', { name, reason });
        return `Deleted group ${name}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title="Delete group"
      icon="delete"
      about={name}
      action="Delete"
      doing="Deleting…"
      danger
      blocked={blocked}
      line={deleteGroupLine(name, form.why)}
      waiting={known.value ? null : known}
    >
      {blocked !== null && <p className="mreg-effect mreg-mod-warning">{blocked}</p>}
      {group && (
        <Takes
          takes={[
            group.members.length === 0
              ? 'Nobody is in it.'
              : `${listed(group.members)} ${group.members.length === 1 ? 'loses' : 'lose'} what was granted to it${
                  places === 0 ? ': nothing just now' : `, in ${places === 1 ? 'one place' : `${places} places`}`
                }.`,
            ...(within.length === 0 ? [] : [`It is in ${listed(within)}.`])
          ]}
        />
      )}
    </DialogFrame>
  );
}
