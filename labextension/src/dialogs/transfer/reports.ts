import type { Finding, Verification } from '../../client/client';
import type { ImportReport, MadeFile, Tally } from '../../client/transfers';
import { countedText, countText, sizeText } from '../../registry/format';

/** How a finding is called in one word, as the command says it. */
export function findingWord({ kind, mended }: Finding): 'wrong' | 'note' | 'mended' {
  return mended ? 'mended' : kind === 'clock' ? 'note' : 'wrong';
}

/** What was checked, and how much of it is wrong, as the command sums it up. */
export function verificationSummary(found: Verification): string {
  const checked = [
    `${countedText(found.events, 'event')}, ${countedText(found.models, 'model')}, ${countedText(found.versions, 'version')} and `,
    `${countedText(found.files, 'file')} (${sizeText(found.bytes)}) checked`,
    found.compared > 0 ? `, ${comparedText(found)} held against the log` : '',
    found.registering > 0 ? `, ${countedText(found.registering, 'version')} being registered` : ''
  ].join('');
  const wrong = found.findings.filter(each => findingWord(each) === 'wrong').length;
  return `${checked}: ${wrong > 0 ? `${countedText(wrong, 'thing')} wrong` : 'nothing is wrong'}`;
}

/** All of it as plain text, as the command prints it. */
export function verificationText(found: Verification): string {
  const lines = found.findings.flatMap(each =>
    each.mended ? [`mended: ${each.message}`] : [`${findingWord(each)}: ${each.message}`, `  ${each.hint}`]
  );
  return [...lines, verificationSummary(found)].join('\n');
}

/** What an import did or would do, as plain text. */
export function importText(report: ImportReport): string {
  const rows = importTallies(report).map(
    ([what, { imported, there, skipped }]) =>
      `${what}: ${countText(imported)} imported, ${countText(there)} there already, ${countText(skipped)} skipped`
  );
  const skipped = report.skipped.flatMap(each => [
    '',
    `${each.name}: ${each.why}`,
    ...(each.hint ? [`  ${each.hint}`] : [])
  ]);
  return [importHeading(report), '', ...rows, ...skipped].join('\n');
}

/** What it is a report of, in one line. */
export function importHeading({ source, into, dry_run }: ImportReport): string {
  const where = `${source}${into === null ? '' : ` into ${into}`}`;
  return dry_run ? `Would import from ${where}; nothing was changed yet` : `Imported from ${where}`;
}

/** What an import brought, in one sentence. */
export function importedText({ source, models, prompts, versions }: ImportReport): string {
  const kinds = [
    [models.imported, 'model'],
    [prompts.imported, 'prompt'],
    [versions.imported, 'version']
  ] as const;
  const parts = kinds.filter(([count]) => count > 0).map(([count, noun]) => countedText(count, noun));
  return `Imported ${parts.join(', ')} from ${source}`;
}

/** How many of each kind; prompts only where there are any. */
export function importTallies({ models, prompts, versions }: ImportReport): (readonly [string, Tally])[] {
  const any = prompts.imported + prompts.there + prompts.skipped > 0;
  return [['models', models], ...(any ? [['prompts', prompts] as const] : []), ['versions', versions]];
}

/** Whether anything at all is new. */
export function bringsAnything(report: ImportReport): boolean {
  return importTallies(report).some(([, { imported }]) => imported > 0);
}

/** `3 models, 7 versions, 40 files (2 MB)` */
export function fileContent({ models, versions, files, size }: MadeFile): string {
  const parts = [...(models === undefined ? [] : [countedText(models, 'model')]), countedText(versions, 'version')];
  return `${[...parts, countedText(files, 'file')].join(', ')} (${sizeText(size)})`;
}

function comparedText({ compared, models }: Verification): string {
  return compared === models ? countedText(models, 'model') : `${countText(compared)} of the models`;
}
