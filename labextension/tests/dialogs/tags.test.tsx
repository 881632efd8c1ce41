import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { changesIn, keepMine, merged, tagRow, tagRows, takeTheirs } from '../../src/dialogs/tags/tagRows';
import { alerts, field, open, press, shownLine, type, wait } from '../support/dialogHost';

const FRAUD = 'prod.ml_team.fraud';
const MODEL = { kind: 'tags', target: { kind: 'model', name: FRAUD } } as const;

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD, 2);
  set({ task: 'x', team: 'risk', note: 'one\ntwo' });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** What somebody else does. */
function set(tags: Record<string, string>): void {
  client.models.set(FRAUD, { ...client.models.get(FRAUD)!, tags });
  client.log('tag.set', 'model', FRAUD);
}

const edits = (): unknown[] => client.calls.filter(each => each.op === 'tags.edit').map(each => each.params);
const value = (key: string): string => screen.getByLabelText<HTMLTextAreaElement>(`Value of ${key}`).value;

async function add(key: string, text: string): Promise<void> {
  await press('Add tag');
  const row = within(screen.getByRole('group', { name: 'new tag' }));
  fireEvent.input(row.getByLabelText('Key'), { target: { value: key } });
  await wait();
  await type(`Value of ${key}`, text);
}

describe('Edit tags', () => {
  it('sends the differences only, and what they take for granted', async () => {
    const { told } = await open(client, MODEL);
    expect(value('note')).toBe('one\ntwo');
    await type('Value of task', 'y');
    await press('Remove tag team');
    await add('owner', 'ana');
    await type(/^Reason/, 'tidy');
    expect(shownLine()).toBe(`%modelreg tag ${FRAUD} task=y owner=ana -m tidy\n%modelreg untag ${FRAUD} team -m tidy`);
    await press('Save tags');
    expect(edits()).toEqual([
      {
        reference: FRAUD,
        set: { task: 'y', owner: 'ana' },
        remove: ['team'],
        expected: { task: 'x', team: 'risk', owner: null },
        reason: 'tidy'
      }
    ]);
    expect(told).toEqual([{ ok: true, message: `Tags of ${FRAUD}: set task: x → y, owner=ana; removed team=risk` }]);
  });

  it('begins with the tags it was asked to add, on a version too', async () => {
    await open(client, { kind: 'tags', target: { kind: 'version', name: FRAUD, version: 2 }, tags: { by: 'ana' } });
    await press('Save tags');
    expect(edits()).toEqual([
      { reference: `${FRAUD}/2`, set: { by: 'ana' }, remove: [], expected: { by: null }, reason: null }
    ]);
  });

  it('checks keys as they are typed, and does nothing when nothing is changed', async () => {
    await open(client, MODEL);
    await press('Save tags');
    expect(screen.getByText('Nothing is changed yet.')).toBeTruthy();
    await add('a=b', 'x');
    expect(alerts()).toEqual(["Tag key 'a=b' is not allowedUse letters, digits, '_', '-', '.', ' ', ':' or '/'"]);
    fireEvent.input(screen.getByDisplayValue('a=b'), { target: { value: 'task' } });
    await wait();
    expect(alerts()).toEqual(['Tag task is here twiceKeep one of them']);
    expect(edits()).toEqual([]);
  });

  it('loses nothing typed when somebody was quicker, and lets choose a row at a time', async () => {
    const { told } = await open(client, MODEL);
    await type('Value of task', 'mine');
    await type('Value of team', 'mine too');
    set({ task: 'theirs', team: 'also theirs', fresh: 'new' });
    await press('Save tags');
    expect(alerts()).toContain('Somebody else changed these tags meanwhileNothing was saved: look at the rows marked.');
    expect(alerts().filter(each => each.startsWith('Meanwhile'))).toHaveLength(2);
    expect([value('task'), value('team'), value('fresh')]).toEqual(['mine', 'mine too', 'new']);
    expect(screen.queryByLabelText('Value of note')).toBeNull();
    fireEvent.click(within(screen.getByRole('group', { name: 'task' })).getByRole('button', { name: 'Keep mine' }));
    await press('Take theirs');
    expect(value('team')).toBe('also theirs');
    await press('Save tags');
    expect(client.models.get(FRAUD)?.tags).toEqual({ task: 'mine', team: 'also theirs', fresh: 'new' });
    expect(told).toHaveLength(1);
  });

  it('shows what others do while it is open', async () => {
    await open(client, MODEL);
    await type('Value of task', 'mine');
    set({ task: 'theirs', team: 'ops' });
    await wait(2500);
    expect([value('task'), value('team')]).toEqual(['mine', 'ops']);
    expect(alerts()).toEqual(['Meanwhile somebody else made it theirsKeep mineTake theirs']);
    await press('Save tags');
    expect(edits()).toEqual([]);
  });
});

describe('rows', () => {
  const [a, b] = tagRows({ a: '1', b: '2' });

  it('follow what others did where nobody typed', () => {
    expect(merged([a!, b!], { a: '9', c: '3' }).map(row => [row.key, row.value, row.base])).toEqual([
      ['a', '9', '9'],
      ['c', '3', '3']
    ]);
  });

  it('agree when both did the same', () => {
    const rows = merged(
      [
        { ...a!, value: '9' },
        { ...b!, removed: true }
      ],
      { a: '9' }
    );
    expect(rows.map(row => [row.key, row.theirs])).toEqual([['a', undefined]]);
    expect(changesIn(rows)).toEqual({ set: {}, remove: [], expected: {} });
  });

  it('keep an edit of what somebody removed, or a removal of what somebody changed, for a choice', () => {
    const [edited, removed] = merged(
      [
        { ...a!, value: '9' },
        { ...b!, removed: true }
      ],
      { b: '5' }
    );
    expect([edited?.theirs, removed?.theirs]).toEqual([null, '5']);
    expect(changesIn([keepMine(edited!), keepMine(removed!)])).toEqual({
      set: { a: '9' },
      remove: ['b'],
      expected: { a: null, b: '5' }
    });
    expect(takeTheirs(edited!)).toBeNull();
    expect(takeTheirs(removed!)).toMatchObject({ value: '5', base: '5', removed: false });
  });

  it('see a new key that somebody else added too', () => {
    const [row] = merged([tagRow('c', 'mine', null)], { c: 'theirs' });
    expect(row).toMatchObject({ value: 'mine', theirs: 'theirs' });
    expect(merged([row!], {})[0]).not.toHaveProperty('theirs');
  });
});

describe('suggestions', () => {
  beforeEach(() => {
    client.tagsInUse = [
      { key: 'task', values: ['ranking'], governed: false },
      { key: 'validation_status', values: ['passed', 'failed'], governed: false }
    ];
  });

  it('are the keys in use, and the values of the one chosen', async () => {
    client.model('bare', 1);
    await open(client, { kind: 'tags', target: { kind: 'model', name: 'bare' } });
    await wait(300);
    const list = document.getElementById(field('Key').getAttribute('list') ?? '');
    expect([...(list?.querySelectorAll('option') ?? [])].map(each => each.value)).toEqual([
      'task',
      'validation_status'
    ]);
    await type('Key', 'validation_status');
    await press('passed');
    await press('Save tags');
    expect(client.models.get('bare')?.tags).toEqual({ validation_status: 'passed' });
  });

  it('warn of a key that differs from another in capitals alone', async () => {
    client.model('bare', 1);
    await open(client, { kind: 'tags', target: { kind: 'model', name: 'bare' } });
    await wait(300);
    await type('Key', 'Task');
    expect(screen.getByText('task is in use already; Task would be another tag.')).toBeTruthy();
  });
});
