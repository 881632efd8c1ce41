import * as React from 'react';

import type { Client, Result } from '../../client/client';
import { asSentence } from '../../components/sentence';
import type { DialogRequest } from '../../host/dialogRequest';
import { askingText, decideLine, subjectText, wishText } from '../../registry/governance/requests';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { Field } from '../form/Field';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'decide' };
type Verb = Request['verb'];

const WORDS = {
  approve: { title: 'Approve', action: 'Approve', doing: 'Approving…' },
  reject: { title: 'Reject', action: 'Reject', doing: 'Rejecting…' },
  cancel: { title: 'Cancel', action: 'Cancel request', doing: 'Cancelling…' }
} as const;
const ICONS = { approve: 'check', reject: 'clear', cancel: 'clear' } as const;

/** Approve, reject or cancel a request. */
export function DecideDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { id, verb } = request;
  const review = useLiveQuery(client => client.call('requests.review', { id }));
  const [why, setWhy] = React.useState(request.reason ?? '');
  const found = review.value?.request ?? null;
  const stale = verb === 'approve' ? (found?.stale ?? []) : [];
  const reason = why.trim() || null;
  const form = useForm({
    problems: {
      why: verb === 'reject' && reason === null ? { message: 'whoever asked wants to know why', hint: null } : null
    },
    act: async (_, client) => doneText(verb, await decide(client, verb, id, reason, stale.length > 0)),
    onClose
  });
  const blocked = found === null || found.actions.includes(verb) ? null : (review.value?.refusals[verb] ?? 'decided');
  const { title, action, doing } = WORDS[verb];
  return (
    <DialogFrame
      form={form}
      title={`${title} request ${id}`}
      icon={ICONS[verb]}
      {...(found && { about: subjectText(found) })}
      action={stale.length > 0 ? 'Approve anyway' : action}
      doing={doing}
      blocked={blocked}
      harmless
      line={decideLine(verb, id, reason, stale.length > 0)}
      waiting={found ? null : review}
    >
      {found && (
        <p>
          <bdi className="mreg-strong">{found.author}</bdi> {askingText(found)}
          {verb === 'approve' && blocked === null && '; approving does that'}.
        </p>
      )}
      {stale.map(each => (
        <p key={each} className="mreg-effect mreg-mod-warning">
          {asSentence(each)}
        </p>
      ))}
      {blocked !== null && (
        <p className="mreg-effect mreg-mod-warning">
          {blocked === 'decided' ? `It is ${found?.state} by now.` : asSentence(blocked)}
        </p>
      )}
      {blocked === null && (
        <Field form={form} name="why" label="Reason" optional={verb !== 'reject'}>
          {control => (
            <input
              {...control}
              type="text"
              autoComplete="off"
              placeholder={
                verb === 'reject' ? 'For who asked; kept in the activity log' : 'Why; kept in the activity log'
              }
              value={why}
              onChange={event => setWhy(event.target.value)}
            />
          )}
        </Field>
      )}
    </DialogFrame>
  );
}

function decide(
  client: Client,
  verb: Verb,
  id: number,
  reason: string | null,
  anyway: boolean
): Promise<Result<'requests.approve'>> {
  switch (verb) {
    case 'approve':
      return client.call('requests.approve', { id, anyway, reason });
    case 'reject':
      return client.call('requests.reject', { id, reason });
    case 'cancel':
      return client.call('requests.cancel', { id, reason });
  }
}

function doneText(verb: Verb, made: Result<'requests.approve'>): string {
  const what = `request ${made.id}: ${wishText(made)} on ${subjectText(made)}`;
  if (verb === 'approve') {
    return made.state === 'open' ? `You approve ${what}; it takes others, too` : `Approved ${what}`;
  }
  return `${verb === 'reject' ? 'Rejected' : 'Cancelled'} ${what}`;
}
