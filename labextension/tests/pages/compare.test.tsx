import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError, type Version } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
import { preparePage, settle, showPage } from '../support/pageHost';

const FRAUD = 'prod.ml.fraud';
const PAGE = `compare:${FRAUD}/1:${FRAUD}/2`;

let client: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model(FRAUD, 6, { Champion: 2 });
  change(1, { auc: 0.5, loss: 0.25 }, { task: 'fraud' });
  change(2, { auc: 0.75, loss: 0.5 }, { task: 'fraud' });
  change(3, { auc: 0.25 }, { task: 'churn' });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function change(number: number, metrics: Record<string, number>, tags: Version['tags']): void {
  const versions = client.versions.get(FRAUD)!;
  const found = Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: 0, step: 0 }));
  versions[number - 1] = { ...versions[number - 1]!, metrics: found, tags };
}

const table = (): HTMLElement => screen.getByRole('table', { name: 'Comparison' });
const lines = (): string[] =>
  within(table())
    .getAllByRole('row')
    .map(row => [...row.children].map(each => each.textContent).join(' | '));
const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });
const choose = async (version: number, item: string): Promise<void> => {
  await settle(() => fireEvent.click(button(`What to do with ${FRAUD}/${version} here`)));
  await settle(() => fireEvent.click(screen.getByRole('menuitem', { name: item })));
};

describe('the page of a comparison', () => {
  it('shows what differs, and whether that is better, in words', async () => {
    await showPage(client, PAGE);
    expect(lines()).toEqual([
      ' | v1baseline | v2@Champion',
      'Version',
      'aliases | – | @Champion',
      'Metrics',
      'auc | 0.5 | 0.75▲ 0.25 better',
      'loss | 0.25 | 0.5▲ 0.25 worse'
    ]);
    expect(screen.getByRole('status').textContent).toBe('3 of 4 differ');
  });

  it('shows what is the same, too, when it is asked to', async () => {
    await showPage(client, PAGE);
    await settle(() => fireEvent.click(screen.getByLabelText('Show what is the same, too')));
    expect(lines().slice(-2)).toEqual(['Tags', 'task | fraud | fraud']);
    expect(client.calls.filter(each => each.op === 'comparisons.compare')).toHaveLength(1);
  });

  it('leads to the versions and their model', async () => {
    const { opened } = await showPage(client, PAGE);
    fireEvent.click(button('v2'));
    fireEvent.click(button(FRAUD));
    expect(opened).toEqual([`${FRAUD}/2`, FRAUD]);
  });

  it('goes on with another baseline, with one more version or with one less, in its own place', async () => {
    const three = `${PAGE}:${FRAUD}/3`;
    const host = await showPage(client, three);
    await choose(2, 'Make it the baseline');
    await choose(1, 'Leave it out');
    expect(host.opened).toEqual([
      `compare:${FRAUD}/2:${FRAUD}/1:${FRAUD}/3 in place of ${three}`,
      `compare:${FRAUD}/2:${FRAUD}/3 in place of ${three}`
    ]);
    fireEvent.click(button('Add version'));
    expect(host.asked).toEqual([{ kind: 'compare', references: [1, 2, 3].map(each => `${FRAUD}/${each}`) }]);
  });

  it('offers no sixth version, and leaves none alone', async () => {
    await showPage(client, `compare:${[1, 2, 3, 4, 5].map(each => `${FRAUD}/${each}`).join(':')}`);
    expect(button('Add version').title).toBe('Up to 5 versions can be compared');
    expect(button('Add version')).toHaveProperty('disabled', true);
    cleanup();
    await showPage(client, PAGE);
    await settle(() => fireEvent.click(button(`What to do with ${FRAUD}/2 here`)));
    expect(screen.getAllByRole('menuitem').map(each => each.textContent)).toEqual(['Open', 'Make it the baseline']);
  });

  it('says which model each version is of where there are several', async () => {
    client.model('prod.ml.churn', 1);
    await showPage(client, `compare:${FRAUD}/1:prod.ml.churn/1`);
    expect(lines()[0]).toBe(' | fraud v1prod.ml.fraudbaseline | churn v1prod.ml.churn');
  });

  it('says that they do not differ', async () => {
    await showPage(client, `compare:${FRAUD}/5:${FRAUD}/6`);
    expect(screen.getByText('They do not differ')).toBeTruthy();
  });

  it('says what breaks callers, what was not read, and how text files differ', async () => {
    const answer = await client.call('comparisons.compare', { references: [`${FRAUD}/1`, `${FRAUD}/2`] });
    vi.spyOn(client, 'call').mockImplementation((op, params, signal) =>
      op === 'comparisons.compare'
        ? Promise.resolve({
            ...answer,
            breaking: ['input amount is new'],
            unread: ['the files of it were not read'],
            values: [
              {
                ...answer.values[0]!,
                section: 'signature',
                key: 'input amount',
                values: [null, 'double'],
                breaking: true
              },
              { ...answer.values[0]!, section: 'files', key: 'notes.md', values: ['a'.repeat(64), 'b'.repeat(64)] },
              { ...answer.values[0]!, section: 'files', key: 'empty', values: [null, ''] }
            ],
            texts: [{ path: 'notes.md', section: 'files', lines: ['@@ -1 +1 @@', '-old', '+new', ' same'] }]
          } as never)
        : FakeClient.prototype.call.call(client, op, params as never, signal)
    );
    await showPage(client, PAGE);
    expect(screen.getByRole('note', { name: 'Breaking changes' }).textContent).toBe(
      `Callers of ${FRAUD}/1 may fail:input amount is new`
    );
    expect(screen.getByText('The files of it were not read')).toBeTruthy();
    expect(lines()).toEqual([
      ' | v1baseline | v2',
      'Signature',
      'input amount breaks callers | – | double',
      'Files',
      'notes.md | aaaaaaaa | bbbbbbbb',
      'empty | – | folder'
    ]);
    await settle(() => fireEvent.click(button('notes.md')));
    const shown = screen.getByLabelText('Lines of notes.md that differ');
    expect([...shown.querySelectorAll('ins, del')].map(each => each.textContent)).toEqual(['-old\n', '+new\n']);
  });

  it('is compared again when something happens to one of the models', async () => {
    await showPage(client, PAGE);
    change(2, { auc: 0.625, loss: 0.25 }, { task: 'fraud' });
    await settle(() => void client.call('tags.edit', { reference: `${FRAUD}/2`, set: { task: 'other' } }), 20);
    expect(lines().slice(-3)).toEqual(['auc | 0.5 | 0.625▲ 0.125 better', 'Tags', 'task | fraud | other']);
  });

  it('says what is in the way', async () => {
    await showPage(client, `compare:${FRAUD}/1:${FRAUD}/77`);
    expect(screen.getByText(/no version prod\.ml\.fraud\/77/i)).toBeTruthy();
    cleanup();
    client.failure = { error: new RegistryError('UNREACHABLE', 'away', 'look'), ops: ['comparisons.compare'] };
    await showPage(client, PAGE);
    expect(screen.getByText(/away/i)).toBeTruthy();
  });

  it('shows a moment of the past, and leads back', async () => {
    const past = new FakeClient();
    past.model(FRAUD, 2);
    client.past.set(5000, past);
    const { opened } = await showPage(client, PAGE, { moment: 5000 });
    expect(screen.getByText('They do not differ')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Add version' })).toBeNull();
    fireEvent.click(button('v2'));
    await settle(() => fireEvent.click(button('Back to now')));
    expect(opened).toEqual([`${FRAUD}/2 at 5000`, PAGE]);
    expect(lines()).toContain('auc | 0.5 | 0.75▲ 0.25 better');
  });
});

describe('the table of versions', () => {
  it('compares those that are ticked with the oldest of them', async () => {
    const { opened } = await showPage(client, FRAUD);
    const tick = (version: number): void => void fireEvent.click(screen.getByLabelText(`Select v${version}`));
    tick(3);
    expect(screen.queryByRole('button', { name: 'Compare' })).toBeNull();
    tick(1);
    fireEvent.click(button('Compare'));
    expect(opened).toEqual([`compare:${FRAUD}/1:${FRAUD}/3`]);
    fireEvent.click(screen.getByLabelText('Select all that are shown'));
    expect(button('Compare')).toHaveProperty('disabled', true);
  });
});
