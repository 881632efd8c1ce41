import * as React from 'react';

import type { Client, KeptInTrash, RecentUser, Trashed } from '../../client/client';
import type { DialogRequest } from '../../host/dialogRequest';
import { purgeLine } from '../../registry/commandLine';
import { countedText, deletedText, sizeText } from '../../registry/format';
import { trashedReference } from '../../registry/target';
import { usersText } from '../form/usersText';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { Tick } from '../form/Field';
import { Takes } from '../form/Takes';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'purge' };

const HELD = { message: 'it is held', hint: 'tick this, or free it first' };

/** Remove for good what is in the trash: some of it, or all. */
export function PurgeDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { trashed } = request;
  const [forced, setForced] = React.useState(false);
  const only = trashed === null ? undefined : trashedReference(trashed);
  const ids = trashed === null ? [] : [trashed.id];
  const found = useLiveQuery(client => chosen(client, ids));
  const known = found.value;
  const blocked =
    known?.chosen.length !== 0
      ? null
      : only === undefined
        ? 'The trash is empty.'
        : `${only} is not in the trash any more.`;
  const held = known?.kept.map(each => `${each.name} (${each.holders.map(holder => holder.text).join(', ')})`) ?? [];
  const form = useForm(
    {
      // Of all that is in the trash the rest goes without it.
      problems: { force: held.length > 0 && !forced && only !== undefined ? HELD : null },
      act: async (reason, client, onProgress) => {
        const params = { ids, ...(forced && { force: true }), reason };
        const gone = await client.call('trash.purge', params, undefined, onProgress);
        return `Deleted for good: ${goneText(gone.models, gone.versions)}, ${sizeText(gone.size)} of files`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={only === undefined ? 'Empty trash' : 'Delete for good'}
      icon="delete"
      {...(only !== undefined && { about: only })}
      action={only === undefined ? 'Empty trash' : 'Delete for good'}
      doing="Deleting…"
      danger
      blocked={blocked}
      line={purgeLine(trashed?.id ?? null, forced, form.why)}
      waiting={known ? null : found}
    >
      {blocked !== null && <p>{blocked}</p>}
      {blocked === null && trashed !== null && <p>{deletedText(trashed)}</p>}
      {known !== null && known.chosen.length > 0 && <Takes takes={takes(known.chosen, known.users)} />}
      {held.length > 0 && (
        <Tick
          form={form}
          name="force"
          label={`Delete for good what is held, too: ${held.join('; ')}`}
          value={forced}
          onChange={setForced}
        />
      )}
    </DialogFrame>
  );
}

interface Chosen {
  readonly chosen: readonly Trashed[];
  readonly users: readonly RecentUser[];
  /** What stays unless it is forced. */
  readonly kept: readonly KeptInTrash[];
}

/** What of the trash has one of these `ids`, or all of it, and who has loaded it lately. */
async function chosen(client: Client, ids: number[]): Promise<Chosen> {
  const all = await client.call('trash.list', {});
  const found = ids.length === 0 ? all : all.filter(each => ids.includes(each.id));
  if (found.length === 0) {
    return { chosen: found, users: [], kept: [] };
  }
  const { users, kept } = await client.call('previews.purge', { ids });
  return { chosen: found, users, kept };
}

function takes(chosen: readonly Trashed[], users: readonly RecentUser[]): string[] {
  const models = chosen.filter(each => each.kind !== 'version').length;
  const versions = chosen.reduce((sum, each) => sum + each.versions, 0);
  const size = chosen.reduce((sum, each) => sum + each.size, 0);
  const go = models + versions === 1 ? 'goes' : 'go';
  return [
    `${goneText(models, versions)} ${go} for good${size > 0 ? `, and ${sizeText(size)} of files with them` : ''}.`,
    ...usersText(users),
    'Copies of these versions keep their files.',
    'Their numbers are never used again. The activity log keeps what it says of them.',
    'Only a backup made before brings them back.'
  ];
}

/** `2 models and 5 versions`. */
function goneText(models: number, versions: number): string {
  const parts = [
    ...(models > 0 ? [countedText(models, 'model')] : []),
    ...(versions > 0 || models === 0 ? [countedText(versions, 'version')] : [])
  ];
  return parts.join(' and ');
}
