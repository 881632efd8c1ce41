import * as React from 'react';

import type { Finding, Verification } from '../../client/client';
import { CopyReport } from './CopyReport';
import { DialogFrame } from '../form/DialogFrame';
import { findingWord, verificationSummary, verificationText } from './reports';
import { ReportTable } from './ReportTable';
import { Icon } from '../../components/Icon';
import { useForm } from '../form/useForm';
import { useHost } from '../../host/host';

/** Check the whole registry, which begins at once, and show what was found. */
export function VerifyDialog({ onClose }: { onClose: (done: boolean) => void }): React.JSX.Element {
  const { client } = useHost();
  const [found, setFound] = React.useState<Verification | null>(null);
  const form = useForm({
    problems: {},
    stoppable: true,
    act: async (_reason, _client, onProgress, signal) => {
      setFound(await client.call('maintenance.verify', {}, signal, onProgress));
      return null;
    },
    onClose
  });
  const begin = React.useRef(form.submit);
  React.useEffect(() => begin.current(), []);
  return (
    <DialogFrame
      form={form}
      title="Verify registry"
      icon="verify"
      action="Verify"
      doing="Verifying…"
      line="%modelreg verify"
      harmless
      over={found !== null}
    >
      {found === null ? (
        <p>
          Checks the activity log’s chain of hashes, every row, some models against the log, and every file against its
          hash. It changes nothing, and others can keep working.
        </p>
      ) : (
        <Found found={found} />
      )}
    </DialogFrame>
  );
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
