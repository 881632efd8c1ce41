import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
import { alerts, AWAY, choose, field, open, press, shownLine, type, wait } from '../support/dialogHost';

const FRAUD = 'prod.ml_team.fraud';

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD, 3, { Champion: 2 });
  client.model('iris', 1);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const sent = (op: string): unknown[] => client.calls.filter(each => each.op === op).map(each => each.params);

describe('every dialog', () => {
  it('has a name for a screen reader, and tells what came of it', async () => {
    const { told, closed } = await open(client, { kind: 'rename', model: 'iris' });
    expect(screen.getByRole('dialog', { name: 'Rename model' })).toBeTruthy();
    await type('New name', 'flower');
    await type(/^Reason/, 'better name');
    expect(shownLine()).toBe("%modelreg rename models:/iris models:/flower --yes -m 'better name'");
    await press('Rename');
    expect(sent('models.rename')).toEqual([{ name: 'iris', new_name: 'flower', reason: 'better name' }]);
    expect(told).toEqual([{ ok: true, message: 'Renamed iris to flower' }]);
    expect(closed).toEqual([true]);
  });

  it('is silent before the first touch, says everything at the attempt, and goes to the first wrong field', async () => {
    const { closed } = await open(client, { kind: 'register', source: './model' });
    expect(alerts()).toEqual([]);
    await type(/^Aliases/, 'v3');
    expect(alerts()).toEqual(["Alias 'v3' is reserved: it reads as a version numberChoose a name, like Champion"]);
    const wrong = field(/^Aliases/);
    expect(wrong.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(wrong.getAttribute('aria-describedby') ?? '')?.textContent).toContain('reserved');
    await press('Register');
    expect(alerts()).toHaveLength(2);
    expect(document.activeElement).toBe(field('Model'));
    expect(sent('versions.register')).toEqual([]);
    expect(closed).toEqual([]);
  });

  it('keeps what was typed while the registry is away, and does it once that is back', async () => {
    const { told, closed } = await open(client, { kind: 'rename', model: 'iris' });
    await type('New name', 'flower');
    client.failure = { error: AWAY };
    await press('Rename');
    expect(alerts()).toEqual(['The Jupyter server does not answerCheck that it is still running.']);
    expect(field('New name').value).toBe('flower');
    client.failure = null;
    await press('Retry');
    expect(told).toEqual([{ ok: true, message: 'Renamed iris to flower' }]);
    expect(closed).toEqual([true]);
  });

  it('shows what the registry refuses', async () => {
    await open(client, { kind: 'rename', model: 'iris' });
    await type('New name', 'flower');
    await wait(300);
    client.model('flower'); // by somebody else, after it was looked up
    await press('Rename');
    expect(alerts()).toEqual(['Model flower already existsChoose another name, or delete that one first']);
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Rename' }));
  });

  it('does it once however often the button is pressed', async () => {
    const { told } = await open(client, { kind: 'alias', model: FRAUD, alias: 'Best', version: 1 });
    const go = client.hold();
    await press('Set alias');
    await press('Setting…');
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Enter', ctrlKey: true });
    go();
    await wait();
    expect(sent('aliases.set')).toHaveLength(1);
    expect(told).toHaveLength(1);
  });

  it.each([{ ctrlKey: true }, { metaKey: true }])(
    'submits by Enter with %o, and keeps keys from the page',
    async keys => {
      const { closed } = await open(client, { kind: 'alias', model: FRAUD, alias: 'Best', version: 1 });
      const heard = vi.fn();
      document.addEventListener('keydown', heard);
      fireEvent.keyDown(field('Alias'), { key: 'x' });
      fireEvent.keyDown(field('Version'), { key: 'Enter', ...keys });
      await wait();
      document.removeEventListener('keydown', heard);
      expect(closed).toEqual([true]);
      expect(heard).not.toHaveBeenCalled();
    }
  );

  it.each([
    ['Escape', () => fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }))],
    ['a click beside it', () => fireEvent.mouseDown(screen.getByRole('dialog'))],
    ['Cancel', () => fireEvent.click(screen.getByRole('button', { name: /Cancel|Discard/ }))]
  ])('asks once more before %s throws away what was typed', async (_, leave) => {
    const { closed } = await open(client, { kind: 'rename', model: 'iris' });
    await type('New name', 'flower');
    leave();
    expect(closed).toEqual([]);
    expect(alerts()).toEqual(['Nothing is saved yet. Discard what you typed?']);
    expect(screen.getByRole('button', { name: 'Discard' })).toBeTruthy();
    leave();
    expect(closed).toEqual([false]);
  });

  it('closes at once when nothing was typed', async () => {
    const { closed, told } = await open(client, { kind: 'rename', model: 'iris' });
    fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
    expect(closed).toEqual([false]);
    expect(told).toEqual([]);
  });

  it('tells how it went after it was closed', async () => {
    const { told, closed } = await open(client, { kind: 'alias', model: FRAUD, alias: 'Best', version: 1 });
    const go = client.hold();
    await press('Set alias');
    await press('Close');
    expect(closed).toEqual([false]);
    client.failure = { error: new RegistryError('POLICY_REFUSED', 'no', 'never') };
    go();
    await wait();
    expect(told).toEqual([{ ok: false, message: 'no', hint: 'never' }]);
    expect(closed).toEqual([false]);
  });

  it('waits for a registry that is away, and opens when it is back', async () => {
    client.failure = { error: AWAY };
    await open(client, { kind: 'alias', model: FRAUD });
    expect(alerts()[0]).toContain('The Jupyter server does not answer');
    expect(screen.queryByLabelText('Alias')).toBeNull();
    client.failure = null;
    await wait(2500);
    expect(field('Alias')).toBe(document.activeElement);
  });
});

describe('Set alias', () => {
  it('says what it moves, as it is now', async () => {
    const { told } = await open(client, { kind: 'alias', model: FRAUD });
    expect(field('Version').value).toBe('3');
    await press(/^@Champion/);
    expect(screen.getByText('@Champion moves from v2 to v3')).toBeTruthy();
    await client.call('aliases.set', { model: FRAUD, alias: 'Champion', version: 1 });
    await wait(2500);
    expect(screen.getByText('@Champion moves from v1 to v3')).toBeTruthy();
    fireEvent.change(field('Version'), { target: { value: '1' } });
    expect(screen.getByText('@Champion stays at v1')).toBeTruthy();
    await type('Alias', '@Best');
    expect(screen.getByText('@Best is new and will point at v1')).toBeTruthy();
    expect(shownLine()).toBe(`%modelreg alias ${FRAUD}@Best 1`);
    await press('Set alias');
    expect(told).toEqual([{ ok: true, message: `@Best of ${FRAUD} points at v1` }]);
  });

  it('knows the limit of ten of a governed model', async () => {
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`a${at}`, 1]));
    client.model(FRAUD, 1, ten);
    client.model('iris', 1, ten);
    await open(client, { kind: 'alias', model: FRAUD });
    await type('Alias', 'new');
    expect(alerts()[0]).toContain('has 10 aliases already');
    await type('Alias', 'a3');
    expect(alerts()).toEqual([]);
    cleanup();
    await open(client, { kind: 'alias', model: 'iris' });
    await type('Alias', 'new');
    expect(alerts()).toEqual([]);
  });

  it('has nothing to point at without versions', async () => {
    client.model('bare', 0);
    await open(client, { kind: 'alias', model: 'bare', alias: 'Best' });
    await press('Set alias');
    expect(alerts()).toEqual(['Model bare has no version yetRegister one first']);
    expect(sent('aliases.set')).toEqual([]);
  });
});

describe('Rename', () => {
  it('says that a name is taken, and what stops loading', async () => {
    client.model('prod.ml_team.taken', 1);
    await open(client, { kind: 'rename', model: FRAUD });
    await type('New name', 'taken');
    await wait(300);
    expect(alerts()).toEqual(['Model prod.ml_team.taken already existsChoose another name, or delete that one first']);
    await type('New name', 'card_fraud');
    await wait(300);
    expect(alerts()).toEqual([]);
    expect(screen.getByText('prod.ml_team.card_fraud', { selector: 'bdi' })).toBeTruthy();
    expect(screen.getByText(`models:/${FRAUD}@Champion`)).toBeTruthy();
    await press('Rename');
    expect(sent('models.rename')).toMatchObject([{ new_name: 'prod.ml_team.card_fraud' }]);
  });

  it('does not refuse a new name for what was said of the one before', async () => {
    const { closed } = await open(client, { kind: 'rename', model: FRAUD });
    client.model('prod.ml_team.taken');
    await type('New name', 'prod.ml_team.taken');
    expect(alerts()[0]).toContain('prod.ml_team.taken');
    fireEvent.input(field('New name'), { target: { value: 'prod.ml_team.free' } });
    await press('Rename');
    expect(alerts()).toEqual([]);
    expect(screen.getByText(`models:/${FRAUD}@Champion`)).toBeTruthy();
    await press('Rename');
    expect(closed).toEqual([true]);
  });

  it('cannot make it a model of another kind', async () => {
    await open(client, { kind: 'rename', model: 'iris' });
    await type('New name', 'prod.risk.fraud');
    expect(alerts()[0]).toContain('a rename cannot change that');
    cleanup();
    await open(client, { kind: 'rename', model: FRAUD });
    await type('New name', 'prod.risk.fraud');
    expect(alerts()).toEqual([]);
    await type('New name', FRAUD);
    expect(alerts()[0]).toContain('is its name already');
  });
});

describe('Copy', () => {
  it('makes the next version of a model and moves an alias there', async () => {
    client.model('live.ml_team.fraud', 4, { Champion: 4 });
    const { told } = await open(client, { kind: 'copy', model: FRAUD, version: 3, to: 'live.ml_team.fraud' });
    expect(screen.getByText('Becomes v5 of live.ml_team.fraud')).toBeTruthy();
    await type(/^Set alias on the copy/, 'Champion');
    expect(screen.getByText('@Champion moves from v4 to the copy')).toBeTruthy();
    await press('Copy');
    expect(told).toEqual([{ ok: true, message: `Copied ${FRAUD}/3 to live.ml_team.fraud/5; @Champion points at it` }]);
    expect(client.models.get('live.ml_team.fraud')?.aliases).toEqual({ Champion: 5 });
  });

  it('proposes the model that a copy is promoted to, until another one is typed', async () => {
    client.model('staging.risk.fraud', 2);
    client.model('prod.risk.fraud', 4);
    await open(client, { kind: 'copy', model: 'staging.risk.fraud', version: 2 });
    await wait(300);
    expect(screen.getByText('Becomes v5 of prod.risk.fraud')).toBeTruthy();
    await type('Model', 'prod.risk.');
    expect(field('Model').value).toBe('prod.risk.');
    await type('Model', 'prod.risk.other');
    await press('Copy');
    expect(sent('versions.copy')).toMatchObject([{ model: 'prod.risk.other' }]);
  });

  it('does not lose a click that comes before the model that is proposed', async () => {
    client.model('staging.risk.fraud', 2);
    client.model('prod.risk.fraud', 11);
    const held = client.hold();
    await open(client, { kind: 'copy', model: 'staging.risk.fraud', version: 2 });
    await press('Copy');
    expect(alerts()).toEqual([]);
    held();
    await wait(300);
    await wait(300);
    expect(sent('versions.copy')).toMatchObject([{ model: 'prod.risk.fraud' }]);
  });

  it('says that the copy is there when only the alias failed, and does not copy twice', async () => {
    const { told } = await open(client, { kind: 'copy', model: FRAUD, version: 3, to: 'iris' });
    await type(/^Set alias on the copy/, 'Best');
    client.failure = { error: AWAY, ops: ['aliases.set'] };
    await press('Copy');
    expect(alerts()[0]).toContain(`${FRAUD}/3 was copied to iris/2, but @Best could not be set`);
    client.failure = null;
    await press('Retry');
    expect(sent('versions.copy')).toHaveLength(1);
    expect(told).toEqual([{ ok: true, message: `Copied ${FRAUD}/3 to iris/2; @Best points at it` }]);
  });
});

describe('Delete', () => {
  const version = { kind: 'version', name: FRAUD, version: 2 } as const;
  const free = { kind: 'version', name: FRAUD, version: 1 } as const;
  const removing = 'Remove @Champion';

  it('says what goes, and wants the name of a model with versions and a tick for its aliases', async () => {
    const { told } = await open(client, { kind: 'delete', target: { kind: 'model', name: FRAUD } });
    expect(screen.getAllByRole('listitem').map(each => each.textContent)).toEqual([
      '3 versions go to the trash; the files stay where they are, since they are not the registry’s.',
      'Removes @Champion (v2); code that loads by it stops working.',
      `A new ${FRAUD} would begin at v4.`,
      'It can be restored from the trash.'
    ]);
    await press('Delete');
    expect(alerts()[0]).toContain('@Champion (v2) in use');
    expect(alerts()[1]).toContain(`This is not ${FRAUD}`);
    await type(/^Type the name/, FRAUD);
    fireEvent.click(field('Remove @Champion (v2)'));
    expect(shownLine()).toBe(`%modelreg delete ${FRAUD} --force --yes`);
    await press('Delete');
    expect(told).toEqual([{ ok: true, message: `Moved ${FRAUD} to the trash` }]);
    expect(sent('models.delete')).toEqual([{ name: FRAUD, force: true, reason: null }]);
  });

  it('wants a tick for the alias of a version, and no name', async () => {
    const { told } = await open(client, { kind: 'delete', target: version });
    await press('Delete');
    expect(told).toEqual([]);
    expect(alerts()[0]).toContain('@Champion in use');
    fireEvent.click(field(removing));
    await press('Delete');
    expect(told).toEqual([{ ok: true, message: `Moved ${FRAUD}/2 to the trash` }]);
    expect(client.models.get(FRAUD)?.aliases).toEqual({});
  });

  it('is not done by any Enter but one on its button', async () => {
    const { told, closed } = await open(client, { kind: 'delete', target: free });
    const cancel = screen.getByRole('button', { name: 'Cancel' });
    expect(document.activeElement).toBe(cancel);
    const reason = field(/^Reason/);
    for (const keys of [{}, { ctrlKey: true }, { metaKey: true }]) {
      fireEvent.keyDown(reason, { key: 'Enter', ...keys });
    }
    // What a browser does for Enter in a field of a form.
    fireEvent.submit(reason.form!);
    await wait();
    expect(sent('versions.delete')).toEqual([]);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Delete' }).type).toBe('button');
    await press('Delete');
    expect(told).toHaveLength(1);
    expect(closed).toEqual([true]);
  });

  it('asks again when another alias comes to point there meanwhile', async () => {
    const { told } = await open(client, { kind: 'delete', target: version });
    fireEvent.click(field(removing));
    await client.call('aliases.set', { model: FRAUD, alias: 'Best', version: 2 });
    await wait(3000);
    expect(field('Remove @Champion, @Best').checked).toBe(false);
    await press('Delete');
    expect(told).toEqual([]);
  });

  it.each([
    ['schema', 'prod.ml_team', 'Schema prod.ml_team still holds model prod.ml_team.fraud. Delete its models first.'],
    ['catalog', 'prod', 'Catalog prod still holds schema prod.ml_team. Delete its schemas first.']
  ] as const)('has no button for a %s that is not empty', async (kind, name, text) => {
    await open(client, { kind: 'delete', target: { kind, name } });
    expect(screen.getByText(text)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull();
  });

  it('does it at once for who does not want to be asked, and tells', async () => {
    const quick = { confirmDeletes: false };
    const { told, closed } = await open(client, { kind: 'delete', target: { kind: 'model', name: 'iris' } }, quick);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(told).toEqual([{ ok: true, message: 'Moved iris to the trash' }]);
    expect(closed).toEqual([true]);
    const full = await open(client, { kind: 'delete', target: { kind: 'catalog', name: 'prod' } }, quick);
    expect(full.told).toEqual([
      { ok: false, message: 'catalog prod still holds schema prod.ml_team', hint: 'delete its schemas first' }
    ]);
    expect(full.closed).toEqual([false]);
    expect(sent('models.delete')).toHaveLength(1);
  });

  it('asks in any case about what an alias points at', async () => {
    const { told } = await open(client, { kind: 'delete', target: version }, { confirmDeletes: false });
    expect(screen.getByRole('dialog')).toBeTruthy();
    expect(field(removing).checked).toBe(false);
    expect(told).toEqual([]);
    expect(sent('versions.delete')).toEqual([]);
  });
});

describe('Describe', () => {
  const target = { kind: 'model', name: FRAUD } as const;

  it.each([
    target,
    { kind: 'version', name: FRAUD, version: 2 },
    { kind: 'schema', name: 'prod.ml_team' },
    { kind: 'catalog', name: 'prod' }
  ] as const)('writes Markdown about a $kind', async about => {
    const { told } = await open(client, { kind: 'describe', target: about });
    await type('Description', '# One\n<b>two</b>');
    await choose('Preview');
    expect(screen.getByRole('region', { name: 'Preview' }).textContent).toBe('# One\n<b>two</b>');
    await choose('Write');
    expect(shownLine()).toContain('%%modelreg describe prod');
    await press('Save');
    expect(told[0]?.ok).toBe(true);
    expect(sent(`${about.kind}s.describe`)).toEqual([expect.objectContaining({ description: '# One\n<b>two</b>' })]);
  });

  it('begins with a draft, which is kept only when it is saved', async () => {
    client.models.set(FRAUD, { ...client.models.get(FRAUD)!, description: 'old' });
    await open(client, { kind: 'describe', target, text: 'a draft' });
    expect(field('Description').value).toBe('a draft');
    expect(sent('models.describe')).toEqual([]);
    await press('Save');
    expect(sent('models.describe')).toEqual([{ name: FRAUD, description: 'a draft', reason: null }]);
  });

  it('says who wrote something else meanwhile, before anything is lost', async () => {
    const { told } = await open(client, { kind: 'describe', target });
    await type('Description', 'mine');
    client.models.set(FRAUD, { ...client.models.get(FRAUD)!, description: 'theirs', updated_by: 'ben' });
    await press('Save');
    expect(sent('models.describe')).toEqual([]);
    expect(alerts().join()).toContain('ben wrote meanwhile:theirs');
    expect(field('Description').value).toBe('mine');
    await press('Keep mine');
    await press('Save');
    expect(sent('models.describe')).toEqual([{ name: FRAUD, description: 'mine', reason: null }]);
    expect(told).toHaveLength(1);
  });

  it('keeps what is typed while it looks', async () => {
    await open(client, { kind: 'describe', target });
    client.models.set(FRAUD, { ...client.models.get(FRAUD)!, description: 'theirs' });
    client.log('model.updated', 'model', FRAUD);
    const go = client.hold();
    await wait(2500);
    await type('Description', 'mine');
    go();
    await wait();
    expect(field('Description').value).toBe('mine');
    expect(alerts()[0]).toContain('theirs');
  });

  it('follows while nothing is typed, and can take theirs', async () => {
    await open(client, { kind: 'describe', target });
    const write = (description: string): void => {
      client.models.set(FRAUD, { ...client.models.get(FRAUD)!, description, updated_by: 'ben' });
      client.log('model.updated', 'model', FRAUD);
    };
    write('first');
    await wait(2500);
    expect(field('Description').value).toBe('first');
    await type('Description', 'mine');
    write('second');
    await wait(2500);
    await press('Take theirs');
    expect(field('Description').value).toBe('second');
    expect(alerts()).toEqual([]);
  });
});
