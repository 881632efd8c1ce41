import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { saveSearchLine } from '../../registry/commandLine';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { TextField, Tick } from '../form/Field';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'save-search' };

/** Keep a search under a name, for everybody who uses the registry. */
export function SaveSearchDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { filter } = request;
  const [name, setName] = React.useState('');
  const [replace, setReplace] = React.useState(false);
  const saved = useLiveQuery(client => client.call('searches.list', {}));
  const there = saved.value?.find(each => each.name === name) ?? null;
  const form = useForm(
    {
      problems: {
        name: /^[\p{L}\p{N}_.-]+$/u.test(name)
          ? null
          : { message: 'a saved search needs a name', hint: 'use letters, digits, _, - or .' },
        replace:
          there !== null && !replace
            ? { message: `@${name} is a search by ${there.author}`, hint: 'tick this, or choose another name' }
            : null
      },
      act: async (reason, client) => {
        await client.call('searches.save', { name, filter, ...(there !== null && { replace }), reason });
        return `Saved the search @${name}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title="Save search"
      icon="bookmark"
      about={filter}
      action="Save"
      doing="Saving…"
      line={saveSearchLine(filter, name, there !== null, form.why)}
    >
      <TextField
        form={form}
        name="name"
        label="Name"
        placeholder="at-risk"
        note="Everybody who uses this registry can search for @ and this name."
        value={name}
        onChange={setName}
      />
      {there !== null && (
        <Tick form={form} name="replace" label={`Replace “${there.filter}”`} value={replace} onChange={setReplace} />
      )}
    </DialogFrame>
  );
}
