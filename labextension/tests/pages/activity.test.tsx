import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { preparePage, settle, showPage } from '../support/pageHost';

const FRAUD = 'prod.ml.fraud';
const THEN = Date.parse('2025-06-01 00:00');
const AT = Date.UTC(2026, 5, 1);

let client: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model(FRAUD, 3);
  client.log('alias.set', 'model', FRAUD, { version: 1, after: { Champion: 1 } });
  client.log('alias.moved', 'model', FRAUD, {
    version: 2,
    before: { Champion: 1 },
    after: { Champion: 2 },
    actor: 'ben'
  });
  client.log('alias.set', 'model', FRAUD, { version: 3, after: { next: 3 } });
  for (let at = 0; at < 13; at++) {
    client.log('tag.set', 'model', FRAUD, {
      version: 3,
      time: AT,
      after: { [`check_${at}`]: 'passed' },
      reason: 'suite'
    });
  }
  client.log('tag.set', 'model', FRAUD, { version: 3, time: AT + 1, after: { later: 'x' } });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const lines = (): string[] =>
  [...screen.getByRole('list', { name: 'Activity' }).children].map(each => each.firstChild?.textContent ?? '');

async function shown(alias?: string): ReturnType<typeof showPage> {
  const host = await showPage(client, FRAUD, alias === undefined ? undefined : { tab: 'activity', alias });
  await settle(() => fireEvent.click(screen.getByRole('tab', { name: 'Activity' })));
  return host;
}

describe('the activity of a model', () => {
  it('tells of what was done at once in one line, which unfolds', async () => {
    await shown();
    expect(lines().slice(0, 2)).toEqual(['ana tagged later=x · v3', 'ana set 13 tags · v3 Show them“suite”']);
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Show them' })));
    expect(screen.getByText('check_7')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Show less' }).getAttribute('aria-expanded')).toBe('true');
  });

  it('is narrowed down to an alias, a person or a kind', async () => {
    await shown();
    const choose = (label: string, value: string): Promise<void> =>
      settle(() => fireEvent.change(screen.getByLabelText(label), { target: { value } }));
    await choose('Alias', '=Champion');
    expect(lines()).toEqual(['ben @Champion 1 → 2 Roll back', 'ana @Champion → 1']);
    await choose('Who', 'ana');
    expect(lines()).toEqual(['ana @Champion → 1']);
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Clear' })));
    await choose('What', '=tag');
    expect(lines()).toHaveLength(2);
  });

  it('stays narrowed down while other tabs and other moments are shown', async () => {
    const past = new FakeClient();
    past.model(FRAUD, 2, { Champion: 1 });
    past.log('alias.set', 'model', FRAUD, { version: 1, after: { Champion: 1 }, actor: 'ben' });
    client.past.set(THEN, past);
    const host = await shown('Champion');
    const who = (): string => screen.getByLabelText<HTMLInputElement>('Who').value;
    await settle(() => fireEvent.change(screen.getByLabelText('Who'), { target: { value: 'ben' } }));
    expect(lines()).toEqual(['ben @Champion 1 → 2 Roll back']);
    await settle(() => fireEvent.click(screen.getByRole('tab', { name: 'Details' })));
    await settle(() => fireEvent.click(screen.getByRole('tab', { name: 'Activity' })));
    expect(who()).toBe('ben');
    expect(lines()).toEqual(['ben @Champion 1 → 2 Roll back']);
    await settle(() => host.openPage({ kind: 'model', name: FRAUD }, { moment: THEN }));
    await settle(() => undefined);
    expect(screen.getByRole('note', { name: 'The past' })).toBeTruthy();
    expect(who()).toBe('ben');
    expect(lines()).toEqual(['ben @Champion → 1']);
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Back to now' })));
    await settle(() => undefined);
    expect(lines()).toEqual(['ben @Champion 1 → 2 Roll back']);
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Clear' })));
    await settle(() => fireEvent.click(screen.getByRole('tab', { name: 'Details' })));
    await settle(() => fireEvent.click(screen.getByRole('tab', { name: 'Activity' })));
    expect(who()).toBe('');
    expect(lines().length).toBeGreaterThan(2);
  });

  it('is narrowed down to a time, which the registry reads', async () => {
    await shown();
    const type = async (label: string, value: string): Promise<void> => {
      fireEvent.change(screen.getByLabelText(label), { target: { value } });
      await settle(() => undefined, 300);
    };
    await type('Since', '2026-06-01');
    const read = client.calls.filter(each => each.op === 'history.read_time');
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(read.map(each => each.params)).toEqual([{ text: '2026-06-01', end: false, zone }]);
    expect(lines()).toHaveLength(2);
    await type('Until', 'some day');
    expect(screen.getByRole('alert').textContent).toBe("'some day' is no time. Write 2026-03-01");
    expect(lines()).toHaveLength(2);
    await type('Until', '2026-05-01');
    expect(screen.queryByRole('alert')).toBeNull();
    expect(lines()).toEqual([]);
    expect(screen.getByText('Nothing in the activity is like that')).toBeTruthy();
  });

  it('shows more when asked, and goes on with what is looked for', async () => {
    for (let at = 0; at < 105; at++) {
      client.log('alias.moved', 'model', FRAUD, { version: 1, before: { b: 2 }, after: { b: 1 }, actor: 'ben' });
    }
    await shown();
    await settle(() => fireEvent.change(screen.getByLabelText('Who'), { target: { value: 'ben' } }));
    expect(lines()).toHaveLength(100);
    await settle(() => fireEvent.click(screen.getByText('Show more')));
    expect(lines()).toHaveLength(106);
    expect(screen.queryByText('Show more')).toBeNull();
  });

  it('leads to the page as it was after an event', async () => {
    const host = await shown('Champion');
    await settle(() => fireEvent.click(screen.getAllByRole('button', { name: /^Show prod.ml.fraud as of/ })[0]!));
    const { time } = client.event('alias.moved');
    expect(host.opened).toEqual([`${FRAUD} at ${time}`]);
  });

  it('looks for what is on pages further down', async () => {
    for (let at = 0; at < 250; at++) {
      client.log('model.updated', 'model', FRAUD, {
        before: { description: `${at}` },
        after: { description: `${at + 1}` }
      });
    }
    await shown('Champion');
    await settle(() => undefined);
    expect(lines()).toEqual(['ben @Champion 1 → 2 Roll back', 'ana @Champion → 1']);
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  it('leads to the versions it speaks of', async () => {
    const host = await shown('Champion');
    const [moved] = screen.getAllByRole('listitem');
    await settle(() => fireEvent.click(within(moved!).getByRole('button', { name: 'version 1' })));
    expect(host.opened).toEqual([`${FRAUD}/1`]);
  });

  it('rolls an alias back to where a move took it from, unless it is there', async () => {
    client.log('alias.moved', 'model', FRAUD, { version: 1, before: { Champion: 2 }, after: { Champion: 1 } });
    client.models.set(FRAUD, { ...client.models.get(FRAUD)!, aliases: { Champion: 1 } });
    const host = await shown('Champion');
    const [back, there] = screen.getAllByRole('button', { name: /^Roll back/ });
    expect(back?.getAttribute('aria-label')).toBe('Roll back @Champion to v2…');
    expect(there?.title).toBe('@Champion points at v1 already');
    await settle(() => [there, back].forEach(each => fireEvent.click(each!)));
    expect(host.asked).toEqual([{ kind: 'rollback', model: FRAUD, alias: 'Champion', version: 2 }]);
  });

  it('makes no link of what people wrote', async () => {
    client.log('tag.set', 'model', FRAUD, { after: { note: 'see v9' } });
    await shown();
    expect(screen.getByText('see v9').querySelector('button')).toBeNull();
  });
});
