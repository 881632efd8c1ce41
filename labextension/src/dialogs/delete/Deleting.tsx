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
  /** Do it through `client`, with the aliases that point at `held`; says what was done. Rejects as `Client.call` does. */
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
  // The aliases that were ticked: others that come to point there meanwhile have to be ticked again.
  const [ticked, setTicked] = React.useState('');
  const known = useLiveQuery(deletion.consequences);
  const { takes = [], aliases = '', blocked = null, confirm = null } = known.value ?? {};
  const wrong = { message: `this is not ${confirm}`, hint: 'type the whole name, to be sure' };
  const kept = { message: `${aliases} in use`, hint: 'tick this, or point it elsewhere first' };
  const form = useForm(
    {
      problems: {
        confirm: confirm === null || typed === confirm ? null : wrong,
        aliases: ticked === aliases ? null : kept
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
      {aliases !== '' && (
        <Tick
          form={form}
          name="aliases"
          label={`Remove ${aliases}`}
          value={ticked === aliases}
          onChange={tick => setTicked(tick ? aliases : '')}
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

/** Nothing to see: it is done, and told; unless an alias points there, which is for the person to decide. */
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
        if ((await deletion.consequences()).aliases !== '') {
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
