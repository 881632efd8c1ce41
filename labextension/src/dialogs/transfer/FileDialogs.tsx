import * as React from 'react';

import type { FileRequest, MadeFile } from '../../client/transfers';
import { backupLine, exact, exportLine } from '../../registry/commandLine';
import { DialogFrame } from '../form/DialogFrame';
import type { DialogRequest } from '../../host/dialogRequest';
import { fileContent } from './reports';
import type { Host } from '../../host/host';
import { NoFiles } from './NoFiles';
import { pathOf, type Where, WhereField, whereProblem } from './WhereField';
import { isPage, referenceTo, type Target } from '../../registry/target';
import { saveFrom } from '../../components/save';
import { Tick } from '../form/Field';
import { type Plan, useForm } from '../form/useForm';
import { useHost } from '../../host/host';

type Request = DialogRequest & { readonly kind: 'export' };

/** Export a model, a version, a schema or a catalog, or all models, into one archive. */
export function ExportDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const host = useHost();
  const reference = request.target === undefined ? null : referenceTo(request.target);
  const [where, setWhere] = React.useState<Where>({ on: 'download', path: '' });
  const references = request.target === undefined ? null : [wordFor(request.target)];
  const form = useForm(makingPlan(host, { kind: 'export', references, path: pathOf(where) }, where, onClose));
  const name = `${reference === null ? 'models' : reference.replace('/', '-v')}.zip`;
  const frame = { form, title: 'Export', icon: 'export', about: reference ?? 'all models' } as const;
  const line = exportLine(request.target ?? null, where.on === 'server' ? where.path : name);
  if (host.transfers === null) {
    return <NoFiles {...frame} line={line} what="writes the archive" />;
  }
  return (
    <DialogFrame {...frame} action="Export" doing="Exporting…" line={line} harmless>
      <p>
        One archive with versions, tags, aliases, descriptions and the files of governed models, each with its hash.
        What is in the trash stays here.
      </p>
      <WhereField form={form} where={where} onChange={setWhere} />
    </DialogFrame>
  );
}

/** Back up the whole registry into one file. */
export function BackupDialog({ onClose }: { onClose: (done: boolean) => void }): React.JSX.Element {
  const host = useHost();
  const [where, setWhere] = React.useState<Where>({ on: 'download', path: '' });
  const [skipDamaged, setSkipDamaged] = React.useState(false);
  const request = { kind: 'backup', skip_damaged: skipDamaged, path: pathOf(where) } as const;
  const form = useForm(makingPlan(host, request, where, onClose));
  const frame = { form, title: 'Back up', icon: 'backup', about: 'the whole registry' } as const;
  const line = backupLine(where.on === 'server' ? where.path : 'registry.zip', skipDamaged);
  if (host.transfers === null) {
    return <NoFiles {...frame} line={line} what="writes the backup" />;
  }
  return (
    <DialogFrame {...frame} action="Back up" doing="Backing up…" line={line} harmless>
      <p>
        The registry as of one moment, with its activity log, its trash, and every file checked against its hash. Others
        can keep working.
      </p>
      <WhereField form={form} where={where} onChange={setWhere} />
      <Tick
        form={form}
        name="skip"
        label="Leave out files of damaged versions, instead of stopping at one"
        value={skipDamaged}
        onChange={setSkipDamaged}
      />
      <p className="mreg-quiet">
        A backup replaces a whole registry, so it is restored in a terminal: <code>modelreg restore FILE --force</code>{' '}
        moves the present registry aside, <code>--to URI</code> restores to another place.
      </p>
    </DialogFrame>
  );
}

/** What the server is to take for `target`, and for nothing else of that name. */
function wordFor(target: Target): string {
  return isPage(target) ? exact(referenceTo(target)) : target.name;
}

function makingPlan(host: Host, request: FileRequest, where: Where, onClose: (done: boolean) => void): Plan {
  const { transfers } = host;
  return {
    problems: { path: whereProblem(where) },
    stoppable: true,
    act: async (_reason, _client, onProgress, signal) => {
      if (transfers === null) {
        return null;
      }
      const made = await transfers.make(request, signal, onProgress);
      if (made.token !== null) {
        saveFrom(transfers.downloadUrl(made.token));
      }
      return madeText(request.kind, made);
    },
    onClose
  };
}

function madeText(kind: FileRequest['kind'], made: MadeFile): string {
  const done = kind === 'export' ? 'Exported' : 'Backed up';
  const left = made.left_out ?? [];
  const without = left.length > 0 ? `, without the damaged files of ${left.join(', ')}` : '';
  return `${done} ${fileContent(made)} to ${made.path ?? made.name}${without}`;
}
