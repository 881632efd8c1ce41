import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Version } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
import { preparePage, settle, showPage } from '../support/pageHost';

const FRAUD = 'prod.ml.fraud';

let client: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model(FRAUD, 4, { Champion: 2 });
  change(1, { auc: 0.5 });
  change(2, { auc: 0.9, loss: 0.1 });
  change(3, { auc: 0.7, loss: 0.2 });
  change(4, {}, { tags: { validation_status: 'failed' } });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function change(number: number, metrics: Record<string, number>, more: Partial<Version> = {}): void {
  const versions = client.versions.get(FRAUD)!;
  const found = Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: 0, step: 0 }));
  versions[number - 1] = { ...versions[number - 1]!, metrics: found, ...more };
}

const grid = (): HTMLElement => screen.getByRole('grid', { name: 'Versions' });
const rows = (): (string | null)[] =>
  [...grid().querySelectorAll('[data-version]')].map(
    each => each.querySelector('.mreg-col-version')?.textContent ?? null
  );
const heading = (name: string): HTMLElement => screen.getByRole('columnheader', { name: new RegExp(`^${name}`) });
const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });

describe('the table of versions', () => {
  it('marks what is deployed, and what is deprecated', async () => {
    await client.call('versions.link', { reference: `${FRAUD}/1`, url: 'https://x.example', kind: 'endpoint' });
    await client.call('versions.link', { reference: `${FRAUD}/2`, url: 'https://x.example', kind: 'report' });
    await client.call('deprecations.set', { reference: `${FRAUD}/2`, reason: 'slow' });
    await showPage(client, FRAUD);
    const marks = (label: string): string[] =>
      within(grid())
        .getAllByRole('img', { name: label })
        .map(each => each.title);
    expect(marks('Deployed')).toEqual([expect.stringMatching(/^Deployed at https:\/\/x\.example\. Prune leaves it/)]);
    expect(marks('Deprecated')).toEqual(['Deprecated: slow']);
  });

  it('says when a version was loaded last, and which are pinned', async () => {
    await showPage(client, FRAUD);
    expect(screen.queryByRole('columnheader', { name: /^Last used/ })).toBeNull();
    cleanup();
    const used = { name: FRAUD, alias: null, actor: 'ben', notebook: null, count: 1 };
    client.used.push({ ...used, version: 2, last_used_at: Date.now() }, { ...used, version: 3, last_used_at: 1 });
    await client.call('versions.pin', { reference: `${FRAUD}/1`, reason: 'golden' });
    await showPage(client, FRAUD);
    expect(grid().querySelector('[data-version="2"] .mreg-col-used')?.textContent).toBe('just now');
    expect(grid().querySelector('[data-version="4"] .mreg-col-used')?.textContent).toBe('');
    await settle(() => fireEvent.click(within(heading('Last used')).getByRole('button')));
    expect(rows().slice(0, 2)).toEqual(['v2', 'v3']);
    const pins = within(grid()).getAllByRole('img', { name: 'Pinned' });
    expect(pins.map(each => each.title)).toEqual([
      expect.stringMatching(/^Pinned by ana, .*: “golden”\. Prune leaves it/)
    ]);
  });

  it('shows metrics, sorts by a heading, and remembers that for this model', async () => {
    await showPage(client, FRAUD);
    expect(rows()).toEqual(['v4', 'v3', 'v2', 'v1']);
    expect(heading('Version').getAttribute('aria-sort')).toBe('descending');
    await settle(() => fireEvent.click(within(heading('auc')).getByRole('button')));
    expect(rows()).toEqual(['v2', 'v3', 'v1', 'v4']);
    expect(heading('auc').getAttribute('aria-sort')).toBe('descending');
    await settle(() => fireEvent.click(within(heading('auc')).getByRole('button')));
    expect(rows()).toEqual(['v1', 'v3', 'v2', 'v4']);
    cleanup();
    await showPage(client, FRAUD);
    expect(rows()).toEqual(['v1', 'v3', 'v2', 'v4']);
    // The same name in another registry.
    const here = client.models.get(FRAUD)!;
    client.models.set(FRAUD, { ...here, created_at: here.created_at + 1 });
    cleanup();
    await showPage(client, FRAUD);
    expect(rows()).toEqual(['v4', 'v3', 'v2', 'v1']);
    client.model('other', 2);
    cleanup();
    await showPage(client, 'other');
    expect(rows()).toEqual(['v2', 'v1']);
  });

  it('has the columns a person chooses, until the usual ones are asked for', async () => {
    await showPage(client, FRAUD);
    expect(screen.queryByRole('columnheader', { name: /^loss/ })).toBeNull();
    await settle(() => fireEvent.click(button('Columns')));
    const choices = screen.getByRole('dialog', { name: 'Columns' });
    expect(within(choices).getByRole<HTMLInputElement>('checkbox', { name: 'Version' }).disabled).toBe(true);
    await settle(() => fireEvent.click(within(choices).getByRole('checkbox', { name: 'loss' })));
    await settle(() => fireEvent.click(within(choices).getByRole('checkbox', { name: 'validation_status' })));
    await settle(() => fireEvent.click(within(choices).getByRole('checkbox', { name: 'By' })));
    const titles = (): (string | null)[] => screen.getAllByRole('columnheader').map(each => each.textContent);
    expect(titles()).toEqual(['Version', 'Aliases', 'auc', 'loss', 'validation_status', 'Tags', 'Created']);
    await settle(() => fireEvent.keyDown(choices, { key: 'Escape' }));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(button('Columns'));
    cleanup();
    await showPage(client, FRAUD);
    expect(titles()).toContain('loss');
    await settle(() => fireEvent.click(button('Columns')));
    await settle(() => fireEvent.click(button('Usual columns')));
    expect(titles()).toEqual(['Version', 'Aliases', 'auc', 'Tags', 'Created', 'By']);
  });

  it('sets a failed verdict apart by more than its colour', async () => {
    await showPage(client, FRAUD);
    const verdict = within(grid()).getByText('failed').closest('.mreg-verdict');
    expect(verdict?.classList.contains('mreg-mod-bad')).toBe(true);
    expect(verdict?.querySelector('svg')).toBeTruthy();
  });

  it('finds versions on pages that were not there yet, and says how many', async () => {
    client.model('many', 1500);
    client.versions.get('many')![2] = { ...client.versions.get('many')![2]!, description: 'the needle' };
    await showPage(client, 'many');
    await settle(() => fireEvent.change(screen.getByLabelText('Filter versions'), { target: { value: 'needle' } }));
    await settle(() => undefined);
    expect(rows()).toEqual(['v3']);
    expect(screen.getByText('1 of 1,500')).toBeTruthy();
    await settle(() => fireEvent.change(screen.getByLabelText('Filter versions'), { target: { value: 'nothing' } }));
    expect(screen.getByText('No version contains that')).toBeTruthy();
  });

  it('selects by a click and opens by a double click or Enter, as the tree does', async () => {
    const host = await showPage(client, FRAUD);
    await settle(() => fireEvent.click(within(grid()).getByText('v3')));
    expect(host.opened).toEqual([]);
    expect(grid().getAttribute('aria-activedescendant')).toBe(within(grid()).getByText('v3').closest('[role=row]')?.id);
    await settle(() => fireEvent.keyDown(grid(), { key: 'Enter' }));
    await settle(() => fireEvent.doubleClick(within(grid()).getByText('v1')));
    expect(host.opened).toEqual([`${FRAUD}/3`, `${FRAUD}/1`]);
  });

  it('ticks versions, by keys too, and does something with all of them', async () => {
    const host = await showPage(client, FRAUD);
    await settle(() => fireEvent.click(screen.getByRole('checkbox', { name: 'Select v3' })));
    await settle(() => fireEvent.keyDown(grid(), { key: 'ArrowDown' }));
    await settle(() => fireEvent.keyDown(grid(), { key: ' ' }));
    expect(screen.getByText('2 selected')).toBeTruthy();
    expect(screen.getAllByRole('row', { selected: true })).toHaveLength(2);
    await settle(() => fireEvent.click(button('Delete…')));
    expect(host.asked).toEqual([{ kind: 'delete-versions', model: FRAUD, versions: [4, 3] }]);
    await settle(() => fireEvent.click(button('Clear')));
    expect(screen.queryByText(/selected/)).toBeNull();
    await settle(() => fireEvent.keyDown(grid(), { key: 'a', ctrlKey: true }));
    expect(screen.getByText('4 selected')).toBeTruthy();
    await settle(() => fireEvent.click(screen.getByRole('checkbox', { name: 'Select all that are shown' })));
    expect(screen.queryByText(/selected/)).toBeNull();
  });

  it('makes columns wider by keys, and usual again by a double click', async () => {
    await showPage(client, FRAUD);
    const edge = screen.getByRole('separator', { name: 'Width of auc' });
    const before = Number(edge.getAttribute('aria-valuenow'));
    await settle(() => fireEvent.keyDown(edge, { key: 'ArrowRight' }));
    expect(Number(edge.getAttribute('aria-valuenow'))).toBe(before + 16);
    await settle(() => fireEvent.doubleClick(edge));
    expect(Number(edge.getAttribute('aria-valuenow'))).toBe(before);
  });

  it('plots a metric over the versions, and a point selects its version', async () => {
    await showPage(client, FRAUD);
    const plot = screen.getByRole('figure', {
      name: /^auc from v1 \(0\.5\) to v3 \(0\.7\), between 0\.5 and 0\.9; @Champion 0\.9$/
    });
    expect([...plot.querySelectorAll('.mreg-plot-alias')].map(each => each.textContent)).toEqual(['@Champion']);
    await settle(() => fireEvent.click(within(plot).getAllByTitle('v2 @Champion: auc 0.9')[1]!));
    expect(grid().getAttribute('aria-activedescendant')).toBe(within(grid()).getByText('v2').closest('[role=row]')?.id);
    await settle(() => fireEvent.change(screen.getByLabelText('Plot'), { target: { value: '' } }));
    expect(screen.queryByRole('figure')).toBeNull();
    cleanup();
    await showPage(client, FRAUD);
    expect(screen.queryByRole('figure')).toBeNull();
  });

  it('offers the same for a row and for each alias on it, by the keyboard too', async () => {
    const host = await showPage(client, FRAUD);
    await settle(() => fireEvent.click(within(grid()).getByText('v2')));
    await settle(() => fireEvent.keyDown(grid(), { key: 'ContextMenu' }));
    const menu = screen.getByRole('menu', { name: `Actions for ${FRAUD}/2` });
    await settle(() => fireEvent.click(within(menu).getByRole('menuitem', { name: '@Champion…' })));
    await settle(() => fireEvent.click(screen.getByRole('menuitem', { name: 'Remove alias…' })));
    expect(host.asked).toEqual([{ kind: 'remove-alias', model: FRAUD, alias: 'Champion' }]);
  });

  it('takes an alias that is dropped onto another version', async () => {
    const host = await showPage(client, FRAUD);
    const data = new Map<string, string>();
    const dataTransfer = {
      setData: (kind: string, text: string) => data.set(kind, text),
      get types() {
        return [...data.keys()];
      }
    };
    const chip = within(grid()).getByRole('button', { name: '@Champion' });
    fireEvent.dragStart(chip, { dataTransfer });
    expect(data.get('text/plain')).toContain(`models:/${FRAUD}@Champion`);
    fireEvent.dragOver(within(grid()).getByText('v2'), { dataTransfer });
    fireEvent.drop(within(grid()).getByText('v2'), { dataTransfer });
    expect(host.asked).toEqual([]);
    fireEvent.dragStart(chip, { dataTransfer });
    fireEvent.dragOver(within(grid()).getByText('v4'), { dataTransfer });
    expect(within(grid()).getByText('v4').closest('[role=row]')?.classList.contains('mreg-mod-alias-over')).toBe(true);
    fireEvent.drop(within(grid()).getByText('v4'), { dataTransfer });
    expect(host.asked).toEqual([{ kind: 'alias', model: FRAUD, alias: 'Champion', version: 4 }]);
  });
});

describe('the band of a model', () => {
  it('says on every tab what is live, who owns it, and what it is', async () => {
    client.models.set(FRAUD, {
      ...client.models.get(FRAUD)!,
      description: '# Scores **cards**\n\nmore',
      tags: { tier: 'gold' }
    });
    await showPage(client, FRAUD);
    for (const tab of ['Versions 4', 'Details', 'Activity']) {
      await settle(() => fireEvent.click(screen.getByRole('tab', { name: tab })));
      const band = document.querySelector('.mreg-band')!;
      expect(band.textContent).toContain('@Champion v2');
      expect(band.textContent).toContain('Scores cards');
      expect(band.textContent).toContain('Owner ana');
      expect(band.textContent).toContain('4 versions');
      expect(band.textContent).toContain('tier=gold');
    }
  });

  it('has a menu on each alias that leads to its history', async () => {
    const host = await showPage(client, FRAUD);
    const band = document.querySelector<HTMLElement>('.mreg-band')!;
    await settle(() => fireEvent.click(within(band).getByRole('button', { name: '@Champion v2' })));
    expect(screen.getAllByRole('menuitem').map(each => each.textContent)).toEqual([
      'Open v2',
      'History',
      'Insert code',
      'Copy URI',
      'Move to version…',
      'Roll back…',
      'Remove alias…'
    ]);
    await settle(() => fireEvent.click(screen.getByRole('menuitem', { name: 'History' })));
    await settle(() => fireEvent.contextMenu(within(band).getByRole('button', { name: '@Champion v2' })));
    await settle(() => fireEvent.click(screen.getByRole('menuitem', { name: 'Move to version…' })));
    expect(host.opened).toEqual([`${FRAUD} activity @Champion`]);
    expect(host.asked).toEqual([{ kind: 'alias', model: FRAUD, alias: 'Champion' }]);
  });
});
