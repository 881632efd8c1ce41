import type { ComparedValue, Comparison, JsonValue } from '../../client/client';

type SectionId = ComparedValue['section'];

/** What is compared of one kind. */
export interface ComparedSection {
  readonly id: SectionId;
  readonly title: string;
  /** Those that are shown. */
  readonly rows: readonly ComparedValue[];
  /** How many there are, with those that are the same in all versions. */
  readonly count: number;
}

/** How a metric differs from that of the version it is held against. */
export interface Delta {
  /** Without a sign; the arrow says which way. */
  readonly size: number;
  readonly arrow: '▲' | '▼';
  /** Whether that is for the better; null where nobody knows. */
  readonly better: boolean | null;
}

const TITLES: Record<SectionId, string> = {
  version: 'Version',
  metrics: 'Metrics',
  params: 'Parameters',
  tags: 'Tags',
  signature: 'Signature',
  datasets: 'Datasets',
  code: 'Code',
  requirements: 'Packages',
  files: 'Files'
};

/** The sections of a comparison in its own order: all there is with `everything`, else what differs. */
export function sectionsOf({ values }: Comparison, everything: boolean): ComparedSection[] {
  const ids = [...new Set(values.map(each => each.section))];
  return ids
    .map(id => {
      const all = values.filter(each => each.section === id);
      return { id, title: TITLES[id], rows: everything ? all : all.filter(each => each.differs), count: all.length };
    })
    .filter(each => each.rows.length > 0);
}

/** How the metric in `row` of the version at `at` differs from that of the first; null where it cannot be told. */
export function deltaOf(row: ComparedValue, at: number): Delta | null {
  const [first, value] = [numberIn(row.values[0]), numberIn(row.values[at])];
  if (row.section !== 'metrics' || at === 0 || first === null || value === null || first === value) {
    return null;
  }
  const more = value > first;
  return {
    size: Math.abs(value - first),
    arrow: more ? '▲' : '▼',
    better: row.better === null ? null : more === (row.better === 'higher')
  };
}

/** Whether the version at `at` has something else there than the first. */
export function isOther(row: ComparedValue, at: number): boolean {
  return JSON.stringify(row.values[at] ?? null) !== JSON.stringify(row.values[0] ?? null);
}

/** The aliases of each version. */
export function aliasesIn({ values, references }: Comparison): string[][] {
  const row = values.find(each => each.section === 'version' && each.key === 'aliases');
  return references.map((_, at) => {
    const found = row?.values[at];
    return Array.isArray(found) ? found.filter(each => typeof each === 'string') : [];
  });
}

/** The model that all of `references` are versions of; null for several. */
export function modelIn(references: readonly string[]): string | null {
  const [model, ...others] = new Set(references.map(each => each.replace(/[/@][^/@]*$/, '')));
  return others.length > 0 ? null : (model ?? null);
}

/** `references` with the one at `at` in front, so that the others are held against it. */
export function withBaseline(references: readonly string[], at: number): string[] {
  return [...references.slice(at, at + 1), ...references.filter((_, index) => index !== at)];
}

function numberIn(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
