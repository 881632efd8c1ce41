import * as React from 'react';

import type { ImportReport } from '../../client/transfers';
import { CopyReport } from './CopyReport';
import { countText } from '../../registry/format';
import { importHeading, importTallies, importText } from './reports';
import { ReportTable } from './ReportTable';

/** More rows than this are copied, and not shown. */
const MOST = 100;

/** What an import would do or did: how many of each kind, and what is skipped with what to do about it. */
export function ImportReportView({ report }: { report: ImportReport }): React.JSX.Element {
  const { skipped } = report;
  const ref = React.useRef<HTMLElement>(null);
  // In a low window it would come up out of sight, below the fields.
  React.useEffect(() => {
    // What newer browsers return would be taken for a way to undo it.
    ref.current?.scrollIntoView({ block: 'start' });
  }, [report]);
  return (
    <section ref={ref} className="mreg-report-part" aria-label="Report">
      <p role="status">{importHeading(report)}</p>
      <table className="mreg-report mreg-mod-numbers">
        <thead>
          <tr>
            <td />
            <th scope="col">{report.dry_run ? 'New' : 'Imported'}</th>
            <th scope="col">There already</th>
            <th scope="col">Skipped</th>
          </tr>
        </thead>
        <tbody>
          {importTallies(report).map(([what, tally]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>{countText(tally.imported)}</td>
              <td>{countText(tally.there)}</td>
              <td>{countText(tally.skipped)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {skipped.length > 0 && <SkippedTable skipped={skipped} />}
      <CopyReport text={importText(report)} />
    </section>
  );
}

function SkippedTable({ skipped }: Pick<ImportReport, 'skipped'>): React.JSX.Element {
  return (
    <>
      <ReportTable heads={['Skipped', 'Why', 'What to do']}>
        {skipped.slice(0, MOST).map((each, at) => (
          <tr key={at}>
            <td>
              <bdi>{each.name}</bdi>
            </td>
            <td>{each.why}</td>
            <td>{each.hint}</td>
          </tr>
        ))}
      </ReportTable>
      {skipped.length > MOST && (
        <p className="mreg-quiet">And {countText(skipped.length - MOST)} more; the copied report lists them all.</p>
      )}
    </>
  );
}
