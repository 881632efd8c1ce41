import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { localTime } from '../../src/registry/format';
import { FakeClient } from '../support/fakeClient';
import { preparePage, settle, showPage } from '../support/pageHost';

const FRAUD = 'prod.ml.fraud';
const THEN = Date.parse('2025-06-01 00:00');

let client: FakeClient;
let past: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model(FRAUD, 3, { Champion: 3 });
  past = new FakeClient();
  past.model(FRAUD, 2, { Champion: 1 });
  past.log('alias.moved', 'model', FRAUD, { version: 1, before: { Champion: 2 }, after: { Champion: 1 } });
  client.past.set(THEN, past);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const versions = (): string[] =>
  within(screen.getByRole('grid'))
    .getAllByRole('row')
    .slice(1)
    .map(each => /v\d/.exec(each.textContent)?.[0] ?? '');

async function pick(text: string): Promise<void> {
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Show the past' })));
  fireEvent.change(screen.getByLabelText('Show as of'), { target: { value: text } });
  await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Show' })));
  await settle(() => undefined);
}

describe('the clock of a page', () => {
  it('shows a moment that was written, marked, and goes back to now', async () => {
    await showPage(client, FRAUD);
    expect(versions()).toEqual(['v3', 'v2', 'v1']);
    await pick('2025-06-01');
    expect(screen.getByRole('note', { name: 'The past' }).textContent).toContain(`As of ${localTime(THEN)}`);
    expect(versions()).toEqual(['v2', 'v1']);
    expect(screen.getByRole('button', { name: '@Champion v1' })).toBeTruthy();
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Back to now' })));
    expect(screen.queryByRole('note', { name: 'The past' })).toBeNull();
    expect(versions()).toEqual(['v3', 'v2', 'v1']);
  });

  it('has a field for date and time, which writes it', async () => {
    await showPage(client, FRAUD);
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Show the past' })));
    fireEvent.change(screen.getByLabelText('Date and time'), { target: { value: '2025-06-01T10:20:30' } });
    expect(screen.getByLabelText<HTMLInputElement>('Show as of').value).toBe('2025-06-01 10:20:30');
  });

  it.each([
    ['some day', "'some day' is no time. Write 2026-03-01"],
    ['1999-01-01', 'There was nothing in the registry then. It begins later']
  ])('says why it cannot show %s, and stays', async (text, said) => {
    await showPage(client, FRAUD);
    await pick(text);
    expect(screen.getByRole('alert').textContent).toBe(said);
    expect(versions()).toEqual(['v3', 'v2', 'v1']);
    expect(screen.queryByRole('note', { name: 'The past' })).toBeNull();
  });

  it('asks everything as of that moment, and lets nothing change', async () => {
    const host = await showPage(client, FRAUD, { moment: THEN });
    await settle(() => undefined);
    const before = client.calls.length;
    for (const tab of ['Versions 2', 'Details', 'Activity']) {
      await settle(() => fireEvent.click(screen.getByRole('tab', { name: tab })));
      expect(
        screen.queryAllByRole('button', { name: /^(Set|Edit|Describe|Register|Write|Add|Roll back|Delete)/ })
      ).toEqual([]);
    }
    expect(client.calls.slice(before).filter(each => each.moment !== THEN)).toEqual([]);
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'More actions' })));
    const offered = screen.getAllByRole('menuitem').map(each => each.textContent);
    expect(offered).toEqual(['Copy reference', 'Copy link', 'Permissions']);
    fireEvent.keyDown(screen.getByRole('menu'), { key: 'Escape' });
    await settle(() => fireEvent.click(screen.getByRole('button', { name: '@Champion v1' })));
    expect(screen.getAllByRole('menuitem').map(each => each.textContent)).toEqual(['Open v1', 'History']);
    await settle(() => fireEvent.click(screen.getByRole('menuitem', { name: 'Open v1' })));
    expect(host.opened).toEqual([`${FRAUD}/1 at ${THEN}`]);
    expect(host.asked).toEqual([]);
  });

  it('does not follow what happens now', async () => {
    await showPage(client, FRAUD, { moment: THEN });
    await settle(() => undefined);
    const before = client.calls.length;
    client.log('alias.moved', 'model', FRAUD, { version: 2, before: { Champion: 3 }, after: { Champion: 2 } });
    await settle(() => void client.call('aliases.set', { model: FRAUD, alias: 'Champion', version: 1 }), 100);
    expect(client.calls.slice(before).map(each => each.op)).toEqual(['aliases.set']);
    expect(screen.getByRole('button', { name: '@Champion v1' })).toBeTruthy();
  });

  it('shows a model by the name that it had', async () => {
    client.log('model.renamed', 'model', FRAUD, { before: { name: 'prod.ml.old' }, time: THEN + 5 });
    past.model('prod.ml.old', 1);
    await showPage(client, FRAUD, { moment: THEN });
    await settle(() => undefined);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('prod.ml.old');
    expect(screen.getByRole('note', { name: 'The past' }).textContent).toContain(`called ${FRAUD} now`);
  });

  it('says that something was not there yet', async () => {
    client.past.set(THEN, new FakeClient());
    await showPage(client, `${FRAUD}/3`, { moment: THEN });
    await settle(() => undefined);
    expect(screen.getByRole('status').textContent).toContain(`There was no v3 of ${FRAUD}.`);
    expect(screen.queryByRole('button', { name: 'Open trash' })).toBeNull();
  });

  it('loads a version by its number, since its alias means another one today', async () => {
    await showPage(client, `${FRAUD}/1`, { moment: THEN });
    await settle(() => undefined);
    expect(screen.getByText(/models:\/prod\.ml\.fraud\/1/)).toBeTruthy();
    expect(screen.queryByText(/models:\/prod\.ml\.fraud@/)).toBeNull();
  });
});
