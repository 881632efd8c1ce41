import * as React from 'react';

import { asRegistryError, type Client } from '../../client/client';
import { Recorder } from '../../client/recorder';
import { useHost } from '../../host/host';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { doneNotification } from '../form/done';
import { TextField, Tick } from '../form/Field';
import { Takes } from '../form/Takes';
import { useForm } from '../form/useForm';
import type { Consequences } from './consequences';

/** Something that can be deleted: one thing, or several versions of a model. */
export interface Deletion {
  /** What it is in a word or two, and which one it is in full. */
  readonly what: string;
  readonly about: string;
  /** What goes with it. Rejects as `Client.call` does. */
  readonly consequences: () => Promise<Consequences>;
  /** Do it through `client`, also to what is `held`; says what was done. Rejects as `Client.call` does. */
  readonly act: (client: Client, held: readonly string[], reason: string | null) => Promise<string>;
  /** The line that does the same; null when there is none. */
  readonly line: (held: readonly string[], reason: string | null) => string | null;
}

interface Props {
  deletion: Deletion;
  reason: string | null;
  onClose: (done: boolean) => void;
}

/**
 * Delete something, having said what goes along; at once when the person does not want to be asked.
 *
 * `deletion` must be the same object as long as it is about the same.
 */
export function Deleting(props: Props): React.JSX.Element {
  const { settings } = useHost();
  const [held, setHeld] = React.useState(false);
  return settings.confirmDeletes || held ? <Asking {...props} /> : <AtOnce {...props} onHeld={() => setHeld(true)} />;
}

function Asking({ deletion, reason, onClose }: Props): React.JSX.Element {
  const [typed, setTyped] = React.useState('');
  // What was ticked: other aliases that come to point there meanwhile, and other pins, have to be ticked again.
  const [ticked, setTicked] = React.useState('');
  const known = useLiveQuery(deletion.consequences);
  const { takes = [], blocked = null, confirm = null } = known.value ?? {};
  const { aliases, pinned, others } = known.value ?? { aliases: '', pinned: '', others: '' };
  const force = forceText(aliases, pinned, others);
  const wrong = { message: `this is not ${confirm}`, hint: 'type the whole name, to be sure' };
  const kept =
    aliases !== ''
      ? { message: `${aliases} in use`, hint: 'tick this, or point it elsewhere first' }
      : pinned !== ''
        ? { message: `${pinned} pinned`, hint: 'tick this, or unpin it first' }
        : { message: `held by ${others}`, hint: 'tick this, or free it first' };
  const form = useForm(
    {
      problems: {
        confirm: confirm === null || typed === confirm ? null : wrong,
        force: ticked === force ? null : kept
      },
      act: (why, client) => deletion.act(client, known.value?.held ?? [], why),
      onClose
    },
    reason ?? undefined
  );
  return (
    <DialogFrame
      form={form}
      title={`Delete ${deletion.what}`}
      icon="delete"
      about={deletion.about}
      action="Delete"
      doing="Deleting…"
      danger
      blocked={blocked}
      line={deletion.line(known.value?.held ?? [], form.why)}
      waiting={known.value ? null : known}
    >
      {blocked ? <p>{blocked}</p> : <Takes takes={takes} />}
      {force !== '' && (
        <Tick
          form={form}
          name="force"
          label={force}
          value={ticked === force}
          onChange={tick => setTicked(tick ? force : '')}
        />
      )}
      {confirm !== null && (
        <TextField
          form={form}
          name="confirm"
          label="Type the name of the model to delete it"
          placeholder={confirm}
          value={typed}
          onChange={setTyped}
        />
      )}
    </DialogFrame>
  );
}

/** What has to be agreed to before what is held is deleted; empty when nothing holds it. */
function forceText(aliases: string, pinned: string, others: string): string {
  const remove = aliases === '' ? [] : [`Remove ${aliases}`];
  const overrule = pinned === '' ? [] : [`Delete ${pinned}, pinned or not`];
  const despite = others === '' ? [] : [`Delete it in spite of ${others}`];
  return [...remove, ...overrule, ...despite].join('. ');
}

/** Nothing to see: it is done, and told; unless something holds it, which is for the person to decide. */
function AtOnce({ deletion, reason, onClose, onHeld }: Props & { onHeld: () => void }): React.JSX.Element {
  const host = useHost();
  const begun = React.useRef(false);
  React.useEffect(() => {
    if (begun.current) {
      return;
    }
    begun.current = true;
    const go = async (): Promise<void> => {
      try {
        if ((await deletion.consequences()).held.length > 0) {
          onHeld();
          return;
        }
        const recorder = new Recorder(host.client);
        const done = await deletion.act(recorder.client, [], reason);
        host.notify(doneNotification(host, done, await recorder.undoable()));
        onClose(true);
      } catch (error) {
        const { message, hint } = asRegistryError(error);
        host.notify({ ok: false, message, hint });
        onClose(false);
      }
    };
    void go();
  }, [host, deletion, reason, onClose, onHeld]);
  return <></>;
}
