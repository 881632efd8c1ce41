import * as React from 'react';

import type { Finding, Params, Verification } from '../../client/client';
import type { DialogRequest } from '../../host/dialogRequest';
import { exactName, verifyLine } from '../../registry/commandLine';
import { CopyReport } from './CopyReport';
import { DialogFrame } from '../form/DialogFrame';
import { findingWord, verificationSummary, verificationText } from './reports';
import { ReportTable } from './ReportTable';
import { Icon } from '../../components/Icon';
import { useForm } from '../form/useForm';
import { useHost } from '../../host/host';

type Request = DialogRequest & { readonly kind: 'verify' };

/** Check the registry, or what is in one catalog, schema or model, which begins at once, and show what was found. */
export function VerifyDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { target } = request;
  const { client } = useHost();
  const [found, setFound] = React.useState<Verification | null>(null);
  const form = useForm({
    problems: {},
    stoppable: true,
    act: async (_reason, _client, onProgress, signal) => {
      setFound(await client.call('maintenance.verify', asked(target), signal, onProgress));
      return null;
    },
    onClose
  });
  const begin = React.useRef(form.submit);
  React.useEffect(() => begin.current(), []);
  return (
    <DialogFrame
      form={form}
      title={`Verify ${target?.kind ?? 'registry'}`}
      icon="verify"
      {...(target && { about: target.name })}
      action="Verify"
      doing="Verifying…"
      line={verifyLine(target ?? null)}
      harmless
      over={found !== null}
    >
      {found === null ? (
        <p>
          Checks the activity log’s chain of hashes, {target ? 'what is in it' : 'every row, some models'} against the
          log, and every file{target && ' of it'} against its hash. It changes nothing, and others can keep working.
        </p>
      ) : (
        <Found found={found} />
      )}
    </DialogFrame>
  );
}

function asked(target: Request['target']): Params<'maintenance.verify'> {
  return target === undefined ? {} : { reference: exactName(target) };
}

function Found({ found }: { found: Verification }): React.JSX.Element {
  const sound = !found.findings.some(each => findingWord(each) === 'wrong');
  return (
    <>
      <p className={`mreg-verdict${sound ? '' : ' mreg-mod-wrong'}`} role="status">
        <Icon name={sound ? 'check' : 'warning'} />
        {verificationSummary(found)}
      </p>
      {found.findings.length > 0 && (
        <ReportTable heads={['What', 'Found', 'What to do']} className="mreg-mod-findings">
          {found.findings.map((each, at) => (
            <Row key={at} finding={each} />
          ))}
        </ReportTable>
      )}
      <CopyReport text={verificationText(found)} />
    </>
  );
}

function Row({ finding }: { finding: Finding }): React.JSX.Element {
  const word = findingWord(finding);
  return (
    <tr>
      <td className={word === 'wrong' ? 'mreg-mod-wrong' : ''}>{word}</td>
      <td>{finding.message}</td>
      <td>{finding.hint}</td>
    </tr>
  );
}
