import * as React from 'react';

import { asRegistryError, type ChangePreview, type Client, type Event, type Version } from '../../client/client';
import { When } from '../../components/When';
import type { DialogRequest } from '../../host/dialogRequest';
import { pointedBefore } from '../../registry/aliases';
import { exact, rollbackLine } from '../../registry/commandLine';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { useForm } from '../form/useForm';
import { Warnings } from '../form/Warnings';

/** The most changes of one alias that are looked through for where it pointed before. */
const MOST_EVENTS = 1000;

type Request = DialogRequest & { readonly kind: 'rollback' };

/** What rolling back would do. */
interface Facts {
  /** Where the alias points, null for nowhere, and the last change of it. */
  readonly now: Version | null;
  readonly last: Event | null;
  /** Where it would go; null when there is nowhere. */
  readonly back: Version | null;
  readonly preview: ChangePreview | null;
  /** Why there is nowhere; null when there is. */
  readonly blocked: string | null;
}

/** Move an alias back to where it pointed before, having shown both versions. */
export function RollbackDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { model, alias } = request;
  const facts = useLiveQuery(client => factsOf(client, request));
  const { now = null, last = null, back = null, preview = null, blocked = null } = facts.value ?? {};
  const form = useForm(
    {
      problems: {},
      act: async (reason, client) => {
        // By its number, so that what was shown is what happens, whatever others do meanwhile.
        const version = back?.version ?? null;
        const moved = await client.call('aliases.rollback', { model, alias, version, reason });
        const from = moved.before === null ? '' : ` from v${moved.before}`;
        return `@${alias} of ${model} rolled back${from} to v${moved.after}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={`Roll back @${alias}`}
      icon="undo"
      about={model}
      action={back ? `Roll back to v${back.version}` : 'Roll back'}
      doing="Rolling back…"
      blocked={blocked}
      line={back && rollbackLine(model, alias, back.version, form.why)}
      waiting={facts.value ? null : facts}
    >
      {blocked !== null && <p className="mreg-effect mreg-mod-warning">{blocked}</p>}
      {back && (
        <table className="mreg-rollback">
          <tbody>
            {now ? <VersionLine label="Now" version={now} /> : <NowhereLine />}
            <VersionLine label="Then" version={back} />
          </tbody>
        </table>
      )}
      {back && last && <LastChange event={last} alias={alias} />}
      <Warnings preview={preview} />
    </DialogFrame>
  );
}

function VersionLine({ label, version }: { label: string; version: Version }): React.JSX.Element {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td className="mreg-strong">v{version.version}</td>
      <td className="mreg-quiet">
        registered <When time={version.created_at} /> by <bdi>{version.created_by}</bdi>
      </td>
    </tr>
  );
}

function NowhereLine(): React.JSX.Element {
  return (
    <tr>
      <th scope="row">Now</th>
      <td colSpan={2} className="mreg-quiet">
        at no version: it was removed
      </td>
    </tr>
  );
}

function LastChange({ event, alias }: { event: Event; alias: string }): React.JSX.Element {
  return (
    <p className="mreg-quiet">
      @{alias} was last changed by <bdi>{event.actor}</bdi>, <When time={event.time} />
      {event.reason && (
        <>
          : “<bdi>{event.reason}</bdi>”
        </>
      )}
    </p>
  );
}

async function factsOf(client: Client, { model, alias, version: asked }: Request): Promise<Facts> {
  const reference = `${model}@${alias}`;
  const [known, events] = await Promise.all([
    client.call('models.get', { name: model }),
    client.call('history.recent', { reference: exact(reference), limit: MOST_EVENTS })
  ]);
  const at = known.aliases[alias] ?? null;
  const version = asked ?? pointedBefore(events.items, alias, at);
  const last = events.items[0] ?? null;
  const now = at === null ? null : await client.call('versions.get', { reference: exact(`${model}/${at}`) });
  const nowhere = { now, last, back: null, preview: null };
  if (version === null) {
    return { ...nowhere, blocked: `@${alias} has never pointed at another version of ${model}.` };
  }
  if (version === at) {
    return { ...nowhere, blocked: `@${alias} points at v${version} already.` };
  }
  try {
    const [back, preview] = await Promise.all([
      client.call('versions.get', { reference: exact(`${model}/${version}`) }),
      client.call('previews.alias', { model, alias, version })
    ]);
    return { now, last, back, preview, blocked: null };
  } catch (error) {
    if (asRegistryError(error).code !== 'NOT_FOUND') {
      throw error;
    }
    const blocked = `v${version}, where @${alias} pointed before, is not there any more. Restore it from the trash first.`;
    return { ...nowhere, blocked };
  }
}
