import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { meant, typingIn, withMention } from '../../src/pages/comments/mentions';
import { FakeClient } from '../support/fakeClient';
import type { FakeHost } from '../support/fakeHost';
import { preparePage, settle, showPage } from '../support/pageHost';

const FRAUD = 'prod.ml.fraud';
const HOSTILE = '<b onclick="x">bold</b> שלום 🦊';

let client: FakeClient;
let host: FakeHost;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  preparePage();
  client = new FakeClient();
  client.model(FRAUD, 2);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function show(key = FRAUD): Promise<void> {
  host = await showPage(client, key, { tab: 'comments' });
  await settle(() => undefined);
}

const said = (): string[] =>
  within(screen.getByRole('list', { name: 'Comments' }))
    .getAllByRole('listitem')
    .map(each => each.textContent);
const press = (name: RegExp | string): Promise<void> =>
  settle(() => fireEvent.click(screen.getByRole('button', { name })));
const field = (): HTMLTextAreaElement => screen.getByRole('combobox', { name: /^Comment on|^Edit/ });
const page = (): string => document.querySelector('.mreg-page')!.textContent;

async function type(text: string): Promise<void> {
  await settle(() => {
    fireEvent.change(field(), { target: { value: text, selectionStart: text.length, selectionEnd: text.length } });
    vi.advanceTimersByTime(200);
  });
  await settle(() => vi.advanceTimersByTime(200));
}

it('says that nobody has said anything', async () => {
  await show();
  expect(page()).toContain('Nobody has said anything yet');
  expect(screen.getByRole('tab', { name: 'Comments' })).toBeTruthy();
});

it('shows who said what, when and about which version', async () => {
  client.discussion.say(`${FRAUD}/2`, HOSTILE, { edited: true });
  client.discussion.say(FRAUD, 'live since Monday', { author: 'cleo' });
  await show();
  expect(screen.getByRole('tab', { name: 'Comments 2' })).toBeTruthy();
  expect(said()[0]).toMatch(/^Bben.*edited on v2/);
  expect(said()[0]).toContain(HOSTILE);
  expect(said()[1]).toContain('live since Monday');
  await press('v2');
  expect(host.opened).toEqual([`${FRAUD}/2 comments`]);
  cleanup();
  await show(`${FRAUD}/2`);
  expect(said()).toHaveLength(1);
  expect(said()[0]).not.toContain('on v2');
});

it('takes what one has to say, and follows what others say', async () => {
  await show(`${FRAUD}/2`);
  await press('Comment');
  expect(client.calls.some(each => each.op === 'comments.add')).toBe(false);
  await type('recall is **down**');
  fireEvent.click(screen.getByRole('radio', { name: 'Preview' }));
  expect(document.querySelector('.mreg-composer-preview')?.textContent).toBe('recall is **down**');
  await press('Comment');
  await settle(() => vi.advanceTimersByTime(100));
  expect(client.calls.find(each => each.op === 'comments.add')?.params).toEqual({
    reference: `${FRAUD}/2`,
    text: 'recall is **down**'
  });
  expect(field().value).toBe('');
  expect(said()).toHaveLength(1);
  client.discussion.say(`${FRAUD}/2`, 'is it?');
  await settle(() => vi.advanceTimersByTime(2500));
  expect(said()[1]).toContain('is it?');
});

it('keeps what was typed when it is refused', async () => {
  await show();
  await type('long '.repeat(20_000));
  await press('Comment');
  expect(screen.getByRole('alert').textContent).toContain('The comment is too long');
  expect(field().value).toHaveLength(100_000);
});

it('lets authors edit and delete what they have said, and nobody else', async () => {
  client.discussion.say(FRAUD, 'mine', { author: 'ana', actions: ['edit', 'delete'] });
  client.discussion.say(FRAUD, 'of ben');
  await show();
  expect(screen.getAllByRole('button', { name: 'Edit' })).toHaveLength(1);
  await press('Edit');
  const editor = screen.getByRole('combobox', { name: 'Edit comment of ana' });
  fireEvent.change(editor, { target: { value: 'mine, said better' } });
  await press('Save');
  await settle(() => vi.advanceTimersByTime(100));
  expect(said()[0]).toContain('mine, said better');
  await press('Delete');
  await settle(() => vi.advanceTimersByTime(100));
  expect(said()).toHaveLength(1);
  expect(host.told).toEqual([{ ok: true, message: 'Deleted a comment of ana' }]);
  expect(host.offered[0]?.map(each => each.label)).toEqual(['Undo']);
});

it('suggests whom to speak to, by mouse and by keys', async () => {
  client.access.groups.push({ name: 'risk team', members: ['ben', 'berta'] });
  await show();
  await type('what says @be');
  const people = (): string[] => screen.getAllByRole('option').map(each => each.textContent);
  expect(people()).toEqual(['benin risk team', 'bertain risk team']);
  fireEvent.keyDown(field(), { key: 'ArrowDown' });
  await settle(() => fireEvent.keyDown(field(), { key: 'Enter' }));
  expect(field().value).toBe('what says @berta ');
  await type('and @ri');
  await settle(() => fireEvent.click(screen.getByRole('option', { name: /risk team/ })));
  expect(field().value).toBe('and @"risk team" ');
  expect(screen.queryByRole('option')).toBeNull();
});

it('shows older comments when somebody asks', async () => {
  Array.from({ length: 60 }, (_, at) => client.discussion.say(FRAUD, `number ${at}`));
  await show();
  expect(screen.getByRole('tab', { name: 'Comments 50+' })).toBeTruthy();
  expect(said()[0]).toContain('number 10');
  await press('Show older comments');
  expect(said()[0]).toContain('number 0');
});

it('lists what speaks to whoever looks in the inbox', async () => {
  client.discussion.say(`${FRAUD}/2`, '@ana, look', { mentions: ['ana'] });
  client.discussion.say(FRAUD, 'nothing for her');
  host = await showPage(client, 'requests:');
  await settle(() => fireEvent.click(screen.getByRole('tab', { name: 'Mentions' })));
  const list = within(screen.getByRole('list', { name: 'Mentions' }));
  expect(list.getAllByRole('listitem')).toHaveLength(1);
  await settle(() => fireEvent.click(list.getByRole('button', { name: `${FRAUD}/2` })));
  expect(host.opened).toEqual([`${FRAUD}/2 comments`]);
});

describe('a mention', () => {
  it.each([
    ['@', 0, ''],
    ['hi @be', 3, 'be'],
    ['(@ben', 1, 'ben'],
    ['@"risk t', 0, 'risk t']
  ])('is typed in %s', (text, from, name) => {
    expect(typingIn(text, text.length)).toEqual({ from, name });
  });

  it.each(['a@be', 'x/@be', '@@be', '@ben ', 'none'])('is none in %s', text => {
    expect(typingIn(text, text.length)).toBeNull();
  });

  it('is written out where it stands', () => {
    expect(withMention('hi @be you', 6, 3, 'ben')).toEqual(['hi @ben you', 8]);
    expect(withMention('@"ri"', 4, 0, 'risk team')).toEqual(['@"risk team" ', 13]);
  });

  it('finds who begins so before who holds it', () => {
    const known = ['abe', 'ben', 'cleo'].map(name => ({ name }));
    expect(meant(known, 'BE').map(each => each.name)).toEqual(['ben', 'abe']);
  });
});
