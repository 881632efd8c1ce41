import * as React from 'react';

import type { Client } from '../../client/client';
import type { DialogRequest } from '../../host/dialogRequest';
import { groupLines } from '../../registry/access/lines';
import { EVERYBODY, listed } from '../../registry/access/privileges';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { TextField, Tick } from '../form/Field';
import { useForm } from '../form/useForm';
import { Members, withTyped } from './Members';
import { isNew, usePrincipals } from './principals';

type Request = DialogRequest & { readonly kind: 'group' };

/** Make a group, or change who is in it. */
export function GroupDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const create = request.name === undefined;
  const groups = useLiveQuery(client => client.call('groups.list', {}));
  const before = groups.value?.find(each => each.name === request.name)?.members ?? [];
  const [name, setName] = React.useState(request.name ?? '');
  const [chosen, setChosen] = React.useState<readonly string[] | null>(null);
  const [typed, setTyped] = React.useState('');
  const [meant, setMeant] = React.useState(false);
  const known = usePrincipals();
  const members = chosen ?? before;
  // What was typed and not yet added is meant, too.
  const all = withTyped(members, typed);
  const changes = {
    name: name.trim(),
    create,
    add: all.filter(each => !before.includes(each)),
    remove: before.filter(each => !all.includes(each))
  };
  const strangers = known.value === null ? [] : changes.add.filter(each => isNew(known.value ?? [], each));
  const fresh = meant && strangers.length > 0;
  const form = useForm(
    {
      problems: {
        name: create ? nameProblem(changes.name, groups.value?.map(each => each.name) ?? []) : null,
        members:
          !create && changes.add.length + changes.remove.length === 0
            ? { message: 'nothing is changed yet', hint: 'add somebody, or take somebody out' }
            : null,
        new:
          strangers.length > 0 && !meant
            ? { message: `nobody has heard of ${listed(strangers)} yet`, hint: 'check the spelling, or tick the box' }
            : null
      },
      pending: [known],
      act: (reason, client) => change(client, changes, fresh, reason),
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={create ? 'New group' : 'Change group'}
      icon="group"
      {...(!create && { about: name })}
      action={create ? 'Create' : 'Save'}
      doing="Saving…"
      line={groupLines(changes, fresh, form.why)}
      waiting={groups.value ? null : groups}
    >
      {create && (
        <TextField form={form} name="name" label="Name" placeholder="analysts" value={name} onChange={setName} />
      )}
      <Members
        form={form}
        label="Members"
        note="Users, and other groups."
        members={members}
        typed={typed}
        known={known.value ?? []}
        without={[EVERYBODY, name, ...members]}
        onTyped={setTyped}
        onChange={next => {
          form.touch('members');
          setChosen(next);
        }}
      />
      {strangers.length > 0 && (
        <Tick
          form={form}
          name="new"
          label={`${listed(strangers)} ${strangers.length === 1 ? 'is' : 'are'} new here`}
          value={meant}
          onChange={setMeant}
        />
      )}
    </DialogFrame>
  );
}

function nameProblem(name: string, groups: readonly string[]): { message: string; hint: string } | null {
  if (name === '') {
    return { message: 'a group needs a name', hint: 'like analysts' };
  }
  return groups.includes(name) ? { message: `group ${name} already exists`, hint: 'choose another name' } : null;
}

async function change(
  client: Client,
  { name, create, add, remove }: { name: string; create: boolean; add: string[]; remove: string[] },
  fresh: boolean,
  reason: string | null
): Promise<string> {
  if (create) {
    const made = await client.call('groups.create', { name, members: add, new: fresh, reason });
    return made.members.length === 0 ? `Created group ${name}` : `Created group ${name}: ${listed(made.members)}`;
  }
  if (add.length > 0) {
    await client.call('groups.add', { name, members: add, new: fresh, reason });
  }
  if (remove.length > 0) {
    await client.call('groups.remove', { name, members: remove, reason });
  }
  const joined = add.length === 0 ? [] : [`added ${listed(add)}`];
  const left = remove.length === 0 ? [] : [`took out ${listed(remove)}`];
  return `Group ${name}: ${[...joined, ...left].join('; ')}`;
}
