import * as React from 'react';

import type { Client, TagPolicy } from '../../client/client';
import type { DialogRequest } from '../../host/dialogRequest';
import { tagPolicyLine } from '../../registry/access/lines';
import { EVERYBODY, listed } from '../../registry/access/privileges';
import { type Problem, tagKeyProblem } from '../../registry/validation';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { Field, TextField, Tick } from '../form/Field';
import { useForm } from '../form/useForm';
import { Members, withTyped } from './Members';
import { isNew, usePrincipals } from './principals';

type Request = DialogRequest & { readonly kind: 'tag-policy' };

interface Wanted {
  readonly key: string;
  readonly values: string[];
  readonly assigners: string[];
  readonly description: string;
}

/** Govern a tag, or change how: which values it may have, and who may set it. */
export function TagPolicyDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const policies = useLiveQuery(client => client.call('tag_policies.list', {}));
  const before = policies.value?.find(each => each.key === request.key);
  const [key, setKey] = React.useState(request.key ?? '');
  const [lines, setLines] = React.useState<string | null>(null);
  const [chosen, setChosen] = React.useState<readonly string[] | null>(null);
  const [typed, setTyped] = React.useState('');
  const [about, setAbout] = React.useState<string | null>(null);
  const [meant, setMeant] = React.useState(false);
  const known = usePrincipals();
  const text = lines ?? before?.values.join('\n') ?? '';
  const assigners = withTyped(chosen ?? before?.assigners ?? [], typed);
  const description = about ?? before?.description ?? '';
  const wanted: Wanted = { key: key.trim(), values: valuesIn(text), assigners: [...assigners], description };
  const strangers = known.value === null ? [] : assigners.filter(each => isNew(known.value ?? [], each));
  const fresh = meant && strangers.length > 0;
  const form = useForm(
    {
      problems: {
        key: request.key === undefined ? keyProblem(wanted.key, policies.value ?? []) : null,
        values: governsProblem(wanted),
        new:
          strangers.length > 0 && !meant
            ? { message: `nobody has heard of ${listed(strangers)} yet`, hint: 'check the spelling, or tick the box' }
            : null
      },
      pending: [known],
      act: (reason, client) => govern(client, wanted, before, fresh, reason),
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={request.key === undefined ? 'Govern a tag' : 'Change tag policy'}
      icon="tag"
      {...(request.key !== undefined && { about: request.key })}
      action={request.key === undefined ? 'Govern' : 'Save'}
      doing="Saving…"
      line={tagPolicyLine({ ...wanted, new: fresh, reason: form.why }, before !== undefined)}
      waiting={policies.value ? null : policies}
    >
      {request.key === undefined && (
        <TextField form={form} name="key" label="Tag" placeholder="stage" value={key} onChange={setKey} />
      )}
      <Field
        form={form}
        name="values"
        label="Allowed values"
        optional
        note="One a line, in the order in which they are offered; none for any value."
      >
        {control => (
          <textarea
            {...control}
            rows={Math.min(8, Math.max(3, text.split('\n').length))}
            spellCheck={false}
            placeholder={'dev\ntest\nprod'}
            value={text}
            onChange={event => setLines(event.target.value)}
          />
        )}
      </Field>
      <Members
        form={form}
        label="Set and removed by"
        note="Users and groups; none for whoever may tag."
        members={chosen ?? before?.assigners ?? []}
        typed={typed}
        known={known.value ?? []}
        without={[EVERYBODY, ...assigners]}
        onTyped={setTyped}
        onChange={next => {
          form.touch('members');
          setChosen(next);
        }}
      />
      {strangers.length > 0 && (
        <Tick form={form} name="new" label={`${listed(strangers)} may be new here`} value={meant} onChange={setMeant} />
      )}
      <TextField
        form={form}
        name="description"
        label="Description"
        optional
        placeholder="What it is for"
        value={description}
        onChange={setAbout}
      />
    </DialogFrame>
  );
}

function valuesIn(text: string): string[] {
  return [...new Set(text.split('\n').map(each => each.trim()))].filter(each => each !== '');
}

function keyProblem(key: string, policies: readonly TagPolicy[]): Problem | null {
  return policies.some(each => each.key === key)
    ? { message: `tag ${key} has a policy already`, hint: 'change that one' }
    : key.startsWith('mlflow.')
      ? { message: `MLflow sets tag ${key} itself, and no policy can govern it`, hint: 'name another' }
      : tagKeyProblem(key);
}

function governsProblem({ values, assigners }: Wanted): Problem | null {
  return values.length === 0 && assigners.length === 0
    ? { message: 'it would govern nothing', hint: 'name the allowed values, or who may set it' }
    : null;
}

async function govern(
  client: Client,
  { key, values, assigners, description }: Wanted,
  before: TagPolicy | undefined,
  fresh: boolean,
  reason: string | null
): Promise<string> {
  const asked = { key, values, assigners, description, new: fresh, reason };
  await (before === undefined ? client.call('tag_policies.create', asked) : client.call('tag_policies.change', asked));
  const outside = (await client.call('tag_policies.violations', { key })).length;
  const rest =
    outside === 0
      ? ''
      : `; ${outside === 1 ? 'one tag has another value and keeps it' : `${outside} tags have other values and keep them`}`;
  return `Tag ${key} is governed${rest}`;
}
