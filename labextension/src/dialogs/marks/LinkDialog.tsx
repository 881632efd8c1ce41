import * as React from 'react';

import type { Params } from '../../client/client';
import type { DialogRequest } from '../../host/dialogRequest';
import { exact, linkLine } from '../../registry/commandLine';
import type { Problem } from '../../registry/validation';
import { DialogFrame } from '../form/DialogFrame';
import { Choice, TextField } from '../form/Field';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'link' };
type LinkKind = Params<'versions.link'>['kind'];

const KINDS: readonly (readonly [LinkKind, string])[] = [
  ['endpoint', 'Endpoint'],
  ['job', 'Job'],
  ['report', 'Report'],
  ['app', 'App']
];
const MEANS: Readonly<Record<LinkKind, string>> = {
  endpoint: 'It serves this version: prune leaves that, and it is deleted by force only.',
  job: 'It runs this version; that is only told.',
  report: 'It tells of this version; that is only told.',
  app: 'It is built on this version; that is only told.'
};

/** Say where a version is deployed or used. */
export function LinkDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const reference = `${request.model}/${request.version}`;
  const [typed, setTyped] = React.useState('');
  const [kind, setKind] = React.useState<LinkKind>('endpoint');
  const url = typed.trim();
  const form = useForm(
    {
      problems: { url: linkProblem(url) },
      act: async (reason, client) => {
        await client.call('versions.link', { reference: exact(reference), url, kind, reason });
        return `Linked ${reference} to the ${kind} ${url}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={`Link v${request.version}`}
      icon="endpoint"
      about={request.model}
      action="Link"
      doing="Linking…"
      line={linkLine(reference, url, kind, form.why)}
    >
      <TextField
        form={form}
        name="url"
        label="Address"
        placeholder="https://scoring.example.org/fraud"
        value={typed}
        onChange={setTyped}
      />
      <div className="mreg-field">
        <Choice label="What is there" value={kind} options={KINDS} onChange={setKind} />
        <div className="mreg-note" role="status">
          {MEANS[kind]}
        </div>
      </div>
    </DialogFrame>
  );
}

/** What is wrong with an address at a glance; the registry says the rest. */
function linkProblem(url: string): Problem | null {
  if (url === '') {
    return { message: 'where it is deployed or used is missing', hint: null };
  }
  return /^(?:https?|grpcs?|wss?):\/\/[^\s/]/.test(url)
    ? null
    : { message: 'that is not the address of something', hint: 'begin with https://, http://, grpc:// or ws://' };
}
