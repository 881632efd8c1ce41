import * as React from 'react';

import type { Client, Prune } from '../../client/client';
import type { DialogRequest } from '../../host/dialogRequest';
import { exactName, pruneLine } from '../../registry/commandLine';
import { countedText } from '../../registry/format';
import type { Problem } from '../../registry/validation';
import { type QueryView, useQuery } from '../../state/query';
import { ErrorMessage } from '../../host/ErrorBanner';
import { DialogFrame } from '../form/DialogFrame';
import { TextField } from '../form/Field';
import { useForm } from '../form/useForm';
import { goesText, PruneTable, pruneFacts } from './PruneReport';
import { Takes } from '../form/Takes';

type Request = DialogRequest & { readonly kind: 'prune' };

const DAY = 86_400_000;

/** Put old versions of a model, or of all models of a schema or catalog, into the trash; it shows before what goes. */
export function PruneDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { target } = request;
  const [keepText, setKeep] = React.useState('5');
  const [daysText, setDays] = React.useState('');
  const keep = wholeNumber(keepText);
  const days = daysText.trim() === '' ? null : wholeNumber(daysText);
  const wrong = {
    keep: keep === null ? NO_KEEP : null,
    days: daysText.trim() !== '' && days === null ? NO_DAYS : null
  };
  const asked =
    keep === null || wrong.days !== null
      ? null
      : {
          name: exactName(target),
          keep,
          unused_for: days === null ? null : days * DAY
        };
  const preview = useQuery(asked && JSON.stringify(asked), (client, signal) =>
    client.call('previews.prune', asked ?? { name: '', keep: 1 }, signal)
  );
  const told = preview.value;
  const goes = told?.versions.some(each => each.why === null) ?? false;
  const form = useForm(
    {
      problems: { ...wrong, goes: preview.settled && told !== null && !goes ? NOTHING : null },
      toRead: { ...preview, some: goes },
      act: async (reason, client) => (asked === null ? null : await pruned(client, { ...asked, reason }, target.name)),
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={`Prune ${target.kind}`}
      icon="prune"
      about={target.name}
      action="Prune"
      doing="Pruning…"
      danger
      line={keep === null ? null : pruneLine(target, keep, days, form.why)}
    >
      <TextField
        form={form}
        name="keep"
        label={target.kind === 'model' ? 'Keep the newest' : 'Keep the newest of each model'}
        value={keepText}
        onChange={setKeep}
      />
      <TextField
        form={form}
        name="days"
        label="Keep what was loaded within so many days"
        optional
        placeholder="30"
        value={daysText}
        onChange={setDays}
      />
      <DryRun preview={preview} problem={form.problem('goes')} />
    </DialogFrame>
  );
}

const NO_KEEP: Problem = { message: 'that is no number of versions to keep', hint: 'keep 1 at least' };
const NO_DAYS: Problem = { message: 'that is no number of days', hint: 'write 30, or leave it empty' };
const NOTHING: Problem = { message: 'nothing is to be pruned', hint: 'keep fewer versions, or close this' };

/** What would go, what would stay and why, as the fields are now. */
function DryRun({ preview, problem }: { preview: QueryView<Prune>; problem: Problem | null }): React.JSX.Element {
  const { value, error, retry, awaited } = preview;
  if (error) {
    return <ErrorMessage error={error} onRetry={retry} />;
  }
  return (
    <div className="mreg-report-part" aria-busy={awaited}>
      {value === null ? (
        <p className="mreg-quiet">{awaited ? 'Looking…' : ''}</p>
      ) : (
        <>
          <Takes takes={pruneFacts(value)} />
          {value.versions.length > 0 && <PruneTable told={value} />}
        </>
      )}
      {problem && (
        <p className="mreg-problem" role="alert">
          Nothing is to be pruned.
        </p>
      )}
    </div>
  );
}

async function pruned(
  client: Client,
  params: { name: string; keep: number; unused_for: number | null; reason: string | null },
  name: string
): Promise<string> {
  const done = await client.call('trash.prune', params);
  const gone = done.versions.filter(each => each.why === null);
  return gone.length === 0
    ? `Nothing of ${name} was to be pruned any more`
    : `Pruned ${name}: moved ${goesText(done)} to the trash, left ${countedText(done.newest + done.versions.length - gone.length, 'version')}`;
}

/** The number that is written, from 1 on; null for anything else. */
function wholeNumber(text: string): number | null {
  const found = Number(text.trim());
  return /^\d{1,9}$/.test(text.trim()) && found >= 1 ? found : null;
}
