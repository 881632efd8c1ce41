/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest';

/** The floors of `src`, lowest first: a file imports from its own folder and from lower floors. */
const FLOORS: readonly (readonly string[])[] = [
  ['client'],
  ['registry'],
  ['components'],
  ['host'],
  ['state', 'actions'],
  ['explorer', 'dialogs'],
  ['pages'],
  ['panel'],
  ['lab', 'widget']
];
/** The most files side by side in one folder. */
const MOST_FILES = 12;

const SOURCES: Record<string, string> = import.meta.glob('../src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true
});

/** Each file of `src`, as `explorer/rows`, with those it imports. */
const GRAPH = new Map(
  Object.entries(SOURCES).map(([path, text]) => {
    const own = path.replace('../src/', '').replace(/\.tsx?$/, '');
    return [own, importsIn(text).map(each => resolved(own, each))] as const;
  })
);

function importsIn(text: string): string[] {
  return [...text.matchAll(/(?:from|import|import\()\s*'(\.[^']*)'/g)].map(each => each[1] ?? '').filter(isCode);
}

function isCode(specifier: string): boolean {
  return !specifier.endsWith('.css');
}

function resolved(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

function folderOf(file: string): string {
  return file.split('/')[0] ?? '';
}

function floorOf(file: string): number {
  return FLOORS.findIndex(floor => floor.includes(folderOf(file)));
}

/** A way from `file` back to itself; null when there is none. */
function circleFrom(file: string): string[] | null {
  const seen = new Set<string>();
  const walk = (at: string, path: string[]): string[] | null => {
    for (const next of GRAPH.get(at) ?? []) {
      if (next === file) {
        return [...path, next];
      }
      if (!seen.has(next)) {
        seen.add(next);
        const found = walk(next, [...path, next]);
        if (found) {
          return found;
        }
      }
    }
    return null;
  };
  return walk(file, [file]);
}

describe('the source', () => {
  it('is on known floors, and imports what is there', () => {
    expect(GRAPH.size).toBeGreaterThan(80);
    expect([...GRAPH.keys()].filter(file => floorOf(file) < 0)).toEqual([]);
    const missing = [...GRAPH].flatMap(([file, imports]) =>
      imports.filter(each => !GRAPH.has(each)).map(each => `${file} imports ${each}`)
    );
    expect(missing).toEqual([]);
  });

  it('imports from no higher floor, and from no neighbour on its own', () => {
    const upward = [...GRAPH].flatMap(([file, imports]) =>
      imports
        .filter(each => folderOf(each) !== folderOf(file) && floorOf(each) >= floorOf(file))
        .map(each => `${file} imports ${each}`)
    );
    expect(upward).toEqual([]);
  });

  it('has no circle', () => {
    expect([...GRAPH.keys()].map(circleFrom).filter(circle => circle !== null)).toEqual([]);
  });

  it('has no folder wider than a dozen files', () => {
    const counts = new Map<string, number>();
    for (const file of GRAPH.keys()) {
      const folder = file.slice(0, file.lastIndexOf('/'));
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([]);
  });
});
