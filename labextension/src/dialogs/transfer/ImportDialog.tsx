import * as React from 'react';

import type { Imported, ImportReport, ImportRequest } from '../../client/transfers';
import { bringsAnything, importedText } from './reports';
import { Choice, Field, TextField, Tick } from '../form/Field';
import { DialogFrame } from '../form/DialogFrame';
import { doneNotification } from '../form/done';
import { type Form, type Problems, useForm } from '../form/useForm';
import { importLine } from '../../registry/commandLine';
import { ImportReportView } from './ImportReportView';
import { namespaceProblem } from '../../registry/validation';
import { NoFiles } from './NoFiles';
import { useHost } from '../../host/host';

/** What stands in the fields. */
interface Fields {
  readonly from: 'file' | 'place';
  readonly file: File | null;
  readonly source: string;
  readonly into: string;
  readonly unsigned: boolean;
}

const EMPTY: Fields = { from: 'file', file: null, source: '', into: '', unsigned: false };

/** Import an archive, a registry, or what MLflow has: first it is said what would come, then it comes. */
export function ImportDialog({ onClose }: { onClose: (done: boolean) => void }): React.JSX.Element {
  const [fields, setFields] = React.useState(EMPTY);
  const [report, setReport] = React.useState<ImportReport | null>(null);
  const [stopped, setStopped] = React.useState(false);
  const form = useImport(fields, report, { setReport, setStopped }, onClose);
  const { transfers } = useHost();
  const change = (part: Partial<Fields>): void => {
    setReport(null);
    setFields({ ...fields, ...part });
  };
  const frame = { form, title: 'Import', icon: 'import' } as const;
  const line = importLine(requestOf(fields, form.why));
  if (transfers === null) {
    return <NoFiles {...frame} line={line} what="imports from SOURCE" />;
  }
  const over = report !== null && !report.dry_run;
  const nothing = report?.dry_run === true && !bringsAnything(report);
  return (
    <DialogFrame
      {...frame}
      action={report === null ? 'Preview' : 'Import'}
      doing={report === null ? 'Looking…' : 'Importing…'}
      {...(fields.from === 'place' && { line })}
      over={over}
      blocked={nothing ? 'nothing is new' : null}
    >
      {!over && <SourceFields form={form} fields={fields} onChange={change} />}
      {report !== null && <ImportReportView report={report} />}
      {stopped && <p role="alert">Stopped. What has come in stays; importing again goes on from there.</p>}
      {nothing && <p role="alert">There is nothing to import: nothing in it is new here, or may come as it is.</p>}
    </DialogFrame>
  );
}

function SourceFields(props: {
  form: Form;
  fields: Fields;
  onChange: (part: Partial<Fields>) => void;
}): React.JSX.Element {
  const { form, fields, onChange } = props;
  return (
    <>
      <Choice
        label="Where it comes from"
        value={fields.from}
        options={[
          ['file', 'Upload an archive'],
          ['place', 'Path or URI']
        ]}
        onChange={from => onChange({ from })}
      />
      {fields.from === 'file' ? (
        <Field form={form} name="file" label="Archive" note="A .zip that export has made.">
          {control => (
            <input
              {...control}
              type="file"
              accept=".zip,application/zip"
              onInput={event => onChange({ file: event.currentTarget.files?.[0] ?? null })}
            />
          )}
        </Field>
      ) : (
        <TextField
          form={form}
          name="source"
          label="Source"
          note="As the server reaches it: an MLflow database or server, another registry, or an archive."
          placeholder="sqlite:///mlflow.db"
          value={fields.source}
          onChange={source => onChange({ source })}
        />
      )}
      <TextField
        form={form}
        name="into"
        label="Into schema"
        optional
        note="Workspace models become governed there: their files are copied, and they need a signature."
        placeholder="prod.ml_team"
        value={fields.into}
        onChange={into => onChange({ into })}
      />
      {fields.into !== '' && (
        <Tick
          form={form}
          name="unsigned"
          label="Accept models without a signature"
          value={fields.unsigned}
          onChange={unsigned => onChange({ unsigned })}
        />
      )}
    </>
  );
}

/** The form: it looks first, and imports once there is a report of that; an uploaded file goes with the dialog. */
function useImport(
  fields: Fields,
  report: ImportReport | null,
  { setReport, setStopped }: { setReport: (report: ImportReport) => void; setStopped: (stopped: boolean) => void },
  onClose: (done: boolean) => void
): Form {
  const host = useHost();
  const { transfers } = host;
  const imported = React.useRef<Imported | null>(null);
  const uploaded = React.useRef<{ file: File; token: string } | null>(null);
  const forget = React.useCallback((): void => {
    if (uploaded.current !== null) {
      transfers?.discard(uploaded.current.token);
      uploaded.current = null;
    }
  }, [transfers]);
  React.useEffect(() => forget, [forget]);
  return useForm({
    problems: problemsIn(fields),
    stoppable: true,
    act: async (reason, _client, onProgress, signal) => {
      if (transfers === null) {
        return null;
      }
      const { file } = fields;
      if (fields.from === 'file' && file !== null && uploaded.current?.file !== file) {
        forget();
        uploaded.current = { file, token: await transfers.upload(file, signal, onProgress) };
      }
      const upload = fields.from === 'file' ? (uploaded.current?.token ?? null) : null;
      const asked = { ...requestOf(fields, reason), upload, dry_run: report === null };
      setStopped(false);
      signal.addEventListener('abort', () => setStopped(!asked.dry_run));
      const came = await transfers.import(asked, signal, onProgress);
      imported.current = asked.dry_run ? null : came;
      setReport(came.report);
      return null;
    },
    onClose: done => {
      // The dialog itself says what came. Below a modal one no button of a notification could be pressed.
      const { report: came, unit } = imported.current ?? { report: null, unit: null };
      if (came !== null && unit !== null) {
        host.notify(doneNotification(host, importedText(came), [unit]));
      }
      onClose(done);
    }
  });
}

function requestOf({ from, source, into, unsigned }: Fields, reason: string | null): ImportRequest {
  return {
    upload: null,
    source: from === 'place' ? source.trim() : null,
    into: into.trim() || null,
    skip_signature_check: into.trim() !== '' && unsigned,
    dry_run: false,
    reason
  };
}

function problemsIn({ from, file, source, into }: Fields): Problems {
  return {
    file: from === 'file' && file === null ? { message: 'no file is chosen', hint: 'choose an archive' } : null,
    source:
      from === 'place' && source.trim() === ''
        ? { message: 'nothing is named to import', hint: 'write a path or a URI' }
        : null,
    into: into.trim() === '' ? null : namespaceProblem(into.trim())
  };
}
