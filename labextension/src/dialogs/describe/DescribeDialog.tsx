import * as React from 'react';

import { type Client, RegistryError } from '../../client/client';
import { useHost } from '../../host/host';
import { describeLines, exact } from '../../registry/commandLine';
import { referenceTo, type Target } from '../../registry/target';
import { type QueryView, useLiveQuery } from '../../state/query';
import { Choice, Field } from '../form/Field';
import { type Form, useForm } from '../form/useForm';
import type { DialogRequest } from '../../host/dialogRequest';
import { DialogFrame } from '../form/DialogFrame';

type Request = DialogRequest & { readonly kind: 'describe' };

interface Described {
  readonly text: string;
  /** Who changed the thing last. */
  readonly by: string;
}

/** Write the description of anything, in Markdown. */
export function DescribeDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { target } = request;
  const draft = useDraft(target, request.text ?? null);
  const { text, base, theirs } = draft;
  const form = useForm(
    {
      problems: { nothing: text === base ? { message: 'nothing is changed yet', hint: null } : null },
      act: async (reason, client) => {
        const now = await draft.look();
        if (now.text !== base && now.text !== text) {
          throw new RegistryError(
            'CONFLICT',
            `${now.by} changed it meanwhile`,
            'Nothing was saved: keep yours or take theirs.'
          );
        }
        await describe(client, target, text, reason);
        return `${text === '' ? 'Removed the description of' : 'Described'} ${referenceTo(target)}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={`Describe ${target.kind}`}
      icon="describe"
      about={referenceTo(target)}
      action="Save"
      doing="Saving…"
      line={describeLines(target, text, form.why)}
      waiting={base === null ? draft.known : null}
    >
      {theirs && (
        <Meanwhile
          theirs={theirs}
          onKeep={() => draft.take(text, theirs.text)}
          onTake={() => draft.take(theirs.text, theirs.text)}
        />
      )}
      <Editor form={form} text={text} onChange={draft.setText} />
      {form.problem('nothing') && <p className="mreg-quiet">Nothing is changed yet.</p>}
    </DialogFrame>
  );
}

interface Draft {
  readonly text: string;
  readonly setText: (text: string) => void;
  /** The description that `text` is a new wording of; null until it is read. */
  readonly base: string | null;
  /** What somebody else made of it meanwhile; null unless that is in the way of what was typed. */
  readonly theirs: Described | null;
  readonly known: QueryView<Described>;
  /** Look again what it is now. */
  look(): Promise<Described>;
  /** Go on with the wording `chosen`, in place of `over`. */
  take(chosen: string, over: string): void;
}

/** The text that is written, which begins as `proposed` if anything is. */
function useDraft(target: Target, proposed: string | null): Draft {
  const { client } = useHost();
  const [text, setText] = React.useState('');
  const [base, setBase] = React.useState<string | null>(null);
  const [theirs, setTheirs] = React.useState<Described | null>(null);
  const take = (chosen: string, over: string): void => {
    setText(chosen);
    setBase(over);
    setTheirs(null);
  };
  // Somebody may type while the answer is on its way.
  const latest = React.useRef({ text, base });
  latest.current = { text, base };
  const look = async (): Promise<Described> => {
    const now = await described(client, target);
    const typed = latest.current;
    if (typed.base === null) {
      take(proposed ?? now.text, now.text);
    } else if (typed.text === typed.base) {
      take(now.text, now.text);
    } else {
      setTheirs(now.text === typed.base || now.text === typed.text ? null : now);
    }
    return now;
  };
  return { text, setText, base, theirs, known: useLiveQuery(look), look, take };
}

function Editor(props: { form: Form; text: string; onChange: (text: string) => void }): React.JSX.Element {
  const { form, text, onChange } = props;
  const { Markdown } = useHost();
  const [view, setView] = React.useState<'write' | 'preview'>('write');
  return (
    <>
      <Choice
        label="View"
        value={view}
        options={[
          ['write', 'Write'],
          ['preview', 'Preview']
        ]}
        onChange={setView}
      />
      {view === 'preview' ? (
        <div className="mreg-preview" tabIndex={0} role="region" aria-label="Preview">
          {text === '' ? <p className="mreg-quiet">No description</p> : <Markdown text={text} />}
        </div>
      ) : (
        <Field form={form} name="text" label="Description" note="Markdown; empty removes the description.">
          {control => (
            <textarea {...control} data-first rows={9} value={text} onChange={event => onChange(event.target.value)} />
          )}
        </Field>
      )}
    </>
  );
}

/** Somebody else described it while this dialog was open. */
function Meanwhile(props: { theirs: Described; onKeep: () => void; onTake: () => void }): React.JSX.Element {
  const { theirs, onKeep, onTake } = props;
  return (
    <div className="mreg-meanwhile" role="alert">
      <div>
        {theirs.text === '' ? `${theirs.by} removed the description meanwhile` : `${theirs.by} wrote meanwhile:`}
      </div>
      {theirs.text !== '' && <pre>{theirs.text}</pre>}
      <button type="button" className="mreg-link" onClick={onKeep}>
        Keep mine
      </button>
      <button type="button" className="mreg-link" onClick={onTake}>
        Take theirs
      </button>
    </div>
  );
}

async function described(client: Client, target: Target): Promise<Described> {
  const found = await read(client, target);
  return { text: found.description ?? '', by: found.updated_by };
}

function read(client: Client, target: Target): Promise<{ description: string | null; updated_by: string }> {
  switch (target.kind) {
    case 'catalog':
      return client.call('catalogs.get', { name: target.name });
    case 'schema':
      return client.call('schemas.get', { name: target.name });
    case 'model':
      return client.call('models.get', { name: target.name });
    case 'version':
      return client.call('versions.get', { reference: exact(referenceTo(target)) });
  }
}

async function describe(client: Client, target: Target, text: string, reason: string | null): Promise<void> {
  const description = text === '' ? null : text;
  const { name } = target;
  switch (target.kind) {
    case 'catalog':
      await client.call('catalogs.describe', { name, description, reason });
      break;
    case 'schema':
      await client.call('schemas.describe', { name, description, reason });
      break;
    case 'model':
      await client.call('models.describe', { name, description, reason });
      break;
    case 'version':
      await client.call('versions.describe', { reference: exact(referenceTo(target)), description, reason });
  }
}
