import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type Completion, type Facet, RegistryError } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
import { preparePage, settle, showPage } from '../support/pageHost';

const FRAUD = 'prod.ml.fraud';
const FILTER = "fraud metrics.auc > 0.5 and tags.team = 'risk'";
const ASKED: Completion = {
  kind: 'version',
  fields: ['metrics.auc', 'tags.team'],
  problem: null,
  start: 0,
  end: 0,
  suggestions: []
};

let client: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model(FRAUD, 3, { Champion: 2 });
  client.completions.set(FILTER, ASKED);
  const versions = client.versions.get(FRAUD)!;
  versions.forEach((each, at) => {
    const metrics = [{ key: 'auc', value: 0.5 + at / 8, timestamp: 0, step: 0 }];
    versions[at] = { ...each, metrics, tags: { team: 'risk' } };
  });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const shown = async (key: string): Promise<Awaited<ReturnType<typeof showPage>>> => {
  const host = await showPage(client, key);
  await settle(() => undefined, 300);
  await settle(() => undefined, 20);
  return host;
};
/** What was asked for is answered, and what follows from that, one after the other. */
const answered = async (): Promise<void> => {
  for (let each = 0; each < 4; each++) {
    await settle(() => undefined, 170);
  }
};
const box = (): HTMLInputElement => screen.getByRole('textbox', { name: 'Filter' });
const lines = (): string[] =>
  within(screen.getByRole('table', { name: 'What was found' }))
    .getAllByRole('row')
    .map(row => [...row.children].map(each => each.textContent).join(' | '));
const asked = (op: string): unknown[] => client.calls.filter(each => each.op === op).map(each => each.params);
const press = async (role: string, name: string): Promise<void> => {
  await settle(() => fireEvent.click(screen.getByRole(role, { name })));
  await settle(() => undefined, 20);
};

describe('what a search finds, as a table', () => {
  it('has a column for each field that the filter names, and leads to what was found', async () => {
    const { opened } = await shown(`find:${FILTER}`);
    expect(lines()[0]).toBe('Version | Aliases | auc | team | Created | By');
    expect(
      lines()
        .slice(1)
        .map(each => each.split(' | ').slice(0, 4).join(' | '))
        .sort()
    ).toEqual([`${FRAUD}/1 |  | 0.5 | risk`, `${FRAUD}/2 | @Champion | 0.625 | risk`, `${FRAUD}/3 |  | 0.75 | risk`]);
    expect(screen.getByRole('status').textContent).toBe('3 found');
    fireEvent.click(screen.getByRole('button', { name: `${FRAUD}/2` }));
    await press('checkbox', `Select ${FRAUD}/1`);
    await press('checkbox', `Select ${FRAUD}/3`);
    await press('button', 'Compare');
    expect(opened).toEqual([`${FRAUD}/2`, `compare:${FRAUD}/1:${FRAUD}/3`]);
  });

  it('is sorted in the registry, by numbers from the highest, and shows models when it is asked to', async () => {
    await shown(`find:${FILTER}`);
    await press('button', 'auc');
    await press('button', 'auc');
    await press('radio', 'Models');
    expect(asked('versions.find').map(each => (each as { order_by: string }).order_by)).toEqual([
      '',
      'metrics.auc desc',
      'metrics.auc'
    ]);
    expect(asked('models.find')).toEqual([expect.objectContaining({ filter: FILTER, order_by: '' })]);
    expect(lines()[0]).toContain('Model | Aliases');
  });

  it('is narrowed by what it finds, and no longer', async () => {
    const wider = `${FILTER} and owner = 'ana'`;
    const value = { key: '', value: 'ana', count: 3 };
    const facet = (chosen: boolean, filter: string): Facet[] => [
      { field: 'catalog', values: [], more: false },
      { field: 'owner', values: [{ ...value, chosen, filter }], more: true },
      { field: 'tags', values: [{ key: 'team', value: 'risk', count: 1200, chosen: false, filter: 'x' }], more: false },
      { field: 'alias', values: [{ ...value, value: 'Champion', chosen: false, filter: 'y' }], more: false }
    ];
    client.facets.set(FILTER, facet(false, wider));
    client.facets.set(wider, facet(true, FILTER));
    client.completions.set(wider, { ...ASKED, kind: 'model' });
    await shown(`find:${FILTER}`);
    await answered();
    const narrow = screen.getByRole('group', { name: 'Narrow the search' });
    expect(
      within(narrow)
        .getAllByRole('group')
        .map(each => each.textContent)
    ).toEqual(['Ownerana 3more', 'Tagteam=risk 1,200', 'Alias@Champion 3']);
    expect(asked('versions.facets')).toEqual([{ filter: FILTER }]);
    await press('button', 'more');
    await answered();
    expect(asked('versions.facets').slice(1)).toEqual([
      { filter: FILTER },
      { filter: FILTER, fields: ['owner'], limit: 50 }
    ]);
    await press('button', 'ana 3');
    await answered();
    expect(box().value).toBe(wider);
    // It still shows versions, though by itself the filter would look for models.
    expect(asked('versions.find').at(-1)).toMatchObject({ filter: wider });
    expect(screen.getByRole('button', { name: 'ana 3' }).getAttribute('aria-pressed')).toBe('true');
    await press('button', 'ana 3');
    expect(box().value).toBe(FILTER);
  });

  it('can be changed there', async () => {
    await shown(`find:${FILTER}`);
    fireEvent.change(box(), { target: { value: ' fraud ' } });
    expect(asked('models.find')).toEqual([]);
    await settle(() => fireEvent.submit(box()));
    await answered();
    expect(asked('models.find')).toEqual([expect.objectContaining({ filter: 'fraud' })]);
  });

  it('looks for what a saved search looks for', async () => {
    const saved = { name: 'good', filter: FILTER, order_by: '', kind: 'version', author: 'ana', saved_at: 0 } as const;
    client.savedSearches.push(saved);
    client.completions.set('@good', { ...ASKED, kind: null, fields: [] });
    await shown('find:@good');
    expect(asked('versions.find')).toEqual([expect.objectContaining({ filter: '@good' })]);
    expect(lines()[0]).toContain('auc');
  });

  it('says why a filter cannot be read, that nothing is like that, and that the registry is away', async () => {
    const problem = { message: 'there is no field metrcs', advice: 'did you mean metrics?', at: 0 };
    client.completions.set('metrcs.auc > 1', { ...ASKED, kind: null, fields: [], problem });
    await shown('find:metrcs.auc > 1');
    expect(screen.getByRole('alert').textContent).toBe('There is no field metrcs. Did you mean metrics?');
    expect(asked('versions.find')).toEqual([]);
    cleanup();
    client.drop(FRAUD);
    await shown(`find:${FILTER}`);
    expect(screen.getByText('Nothing is like that')).toBeTruthy();
    cleanup();
    client.failure = { error: new RegistryError('UNREACHABLE', 'away'), ops: ['versions.find'] };
    await shown(`find:${FILTER}`);
    expect(screen.getByText(/away/i)).toBeTruthy();
  });
});
