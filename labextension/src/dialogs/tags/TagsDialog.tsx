import * as React from 'react';

import { asRegistryError, type Client, RegistryError, type TagChange } from '../../client/client';
import { useHost } from '../../host/host';
import { tagText } from '../../registry/format';
import { exact, tagLines } from '../../registry/commandLine';
import { type PageTarget, referenceTo } from '../../registry/target';
import { useLiveQuery } from '../../state/query';
import { useForm } from '../form/useForm';
import type { DialogRequest } from '../../host/dialogRequest';
import { DialogFrame } from '../form/DialogFrame';
import { changesIn, isChanged, keepMine, merged, type TagRow, tagRow, tagRows, type Tags } from './tagRows';
import { useGoverned } from './tagPolicies';
import { tagProblems, TagTable } from './TagTable';

type Request = DialogRequest & { readonly kind: 'tags' };

/** Edit the tags of a model or version; what others change meanwhile is shown, and nothing typed is lost. */
export function TagsDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { target } = request;
  const { client } = useHost();
  const [rows, setRows] = React.useState<readonly TagRow[] | null>(null);
  const follow = (tags: Tags): void =>
    setRows(old => (old === null ? firstRows(tags, request.tags) : merged(old, tags)));
  const tags = useLiveQuery(async () => {
    const now = await tagsOf(client, target);
    follow(now);
    return now;
  });
  const governed = useGoverned();
  const known = rows ?? [];
  const changes = changesIn(known);
  const nothing = known.some(isChanged)
    ? null
    : { message: 'nothing is changed yet', hint: 'edit a value, or add a tag' };
  const form = useForm(
    {
      problems: { ...tagProblems(known, governed.value), nothing },
      pending: [governed],
      act: async (reason, client) => {
        try {
          const made = await client.call('tags.edit', { reference: exact(referenceTo(target)), ...changes, reason });
          return said(target, made);
        } catch (error) {
          throw await explained(error, async () => follow(await tagsOf(client, target)));
        }
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title="Edit tags"
      icon="tag"
      about={referenceTo(target)}
      action="Save tags"
      doing="Saving…"
      line={tagLines(target, { ...changes, reason: form.why })}
      waiting={tags.value ? null : tags}
    >
      <TagTable form={form} model={target.name} rows={known} governed={governed.value} onChange={setRows} />
      {known.filter(row => row.theirs !== undefined).length > 1 && (
        <button type="button" className="mreg-link" onClick={() => setRows(known.map(keepMine))}>
          Keep all of mine
        </button>
      )}
      {form.problem('nothing') && <p className="mreg-quiet">Nothing is changed yet.</p>}
    </DialogFrame>
  );
}

/** Where there is no tag yet, a row to type the first one into. */
function firstRows(tags: Tags, added: Tags | undefined): TagRow[] {
  const rows = tagRows(tags, added);
  return rows.length > 0 ? rows : [tagRow('', '', null)];
}

async function tagsOf(client: Client, target: PageTarget): Promise<Tags> {
  return target.kind === 'model'
    ? (await client.call('models.get', { name: target.name })).tags
    : (await client.call('versions.get', { reference: exact(referenceTo(target)) })).tags;
}

/** `reason`, once what others did is in the table when it is about that. */
async function explained(reason: unknown, look: () => Promise<void>): Promise<RegistryError> {
  const error = asRegistryError(reason);
  if (error.code !== 'CONFLICT') {
    return error;
  }
  await look();
  return new RegistryError(
    error.code,
    'Somebody else changed these tags meanwhile',
    'Nothing was saved: look at the rows marked.'
  );
}

function said(target: PageTarget, changes: readonly TagChange[]): string {
  const set = changes.filter(each => each.after !== null).map(changeText);
  const removed = changes.filter(each => each.after === null).map(each => tagText(each.key, each.before ?? ''));
  const parts = [
    ...(set.length > 0 ? [`set ${set.join(', ')}`] : []),
    ...(removed.length > 0 ? [`removed ${removed.join(', ')}`] : [])
  ];
  return `Tags of ${referenceTo(target)}: ${parts.join('; ')}`;
}

function changeText({ key, before, after }: TagChange): string {
  return before === null || before === after
    ? tagText(key, after ?? '')
    : `${key}: ${visible(before)} → ${visible(after ?? '')}`;
}

function visible(value: string): string {
  return value === '' ? '(empty)' : value;
}
