import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type Finding, RegistryError } from '../../src/client/client';
import { alerts, choose, field, open, type Opened, press, shownLine, type, wait } from '../support/dialogHost';
import { FakeClient } from '../support/fakeClient';
import { FakeTransfers } from '../support/fakeTransfers';
import type { DialogRequest } from '../../src/host/dialogRequest';

const MODEL = { kind: 'model', name: 'prod.risk.fraud' } as const;

let client: FakeClient;
let transfers: FakeTransfers;
/** The addresses the browser was sent to, to save what is there. */
let saved: string[];

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  transfers = new FakeTransfers();
  saved = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.href);
  });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function show(request: DialogRequest): Promise<Opened> {
  return open(client, request, {}, {}, transfers);
}

async function pick(name: string): Promise<void> {
  const input = field('Archive');
  Object.defineProperty(input, 'files', { value: [new File(['PK'], name)], configurable: true });
  fireEvent.input(input);
  await wait(300);
}

function cells(): string[] {
  return screen.getAllByRole('cell').map(each => each.textContent);
}

describe('Export', () => {
  it('makes an archive and has the browser save it', async () => {
    const { told, closed } = await show({ kind: 'export', target: MODEL });
    expect(shownLine()).toContain('%modelreg export prod.risk.fraud prod.risk.fraud.zip');
    await press('Export');
    expect(transfers.made).toEqual([{ kind: 'export', references: ['prod.risk.fraud'], path: null }]);
    expect(saved).toEqual([expect.stringContaining('#downloaded-secret')]);
    expect(told).toEqual([{ ok: true, message: 'Exported 1 model, 2 versions, 5 files (2.0 kB) to made.zip' }]);
    expect(closed).toEqual([true]);
  });

  it('leaves it on the server where that is wanted', async () => {
    const { told } = await show({ kind: 'export' });
    await choose('Save on the server');
    await press('Export');
    expect(alerts()[0]).toContain('A file needs a name');
    await type('File', '/out/all.zip');
    expect(shownLine()).toContain('%modelreg export /out/all.zip --all');
    await press('Export');
    expect(transfers.made).toEqual([{ kind: 'export', references: null, path: 'out/all.zip' }]);
    expect(saved).toEqual([]);
    expect(told[0]?.message).toContain('to out/all.zip');
  });

  it('names a workspace model so that nothing else is meant', async () => {
    await show({ kind: 'export', target: { kind: 'model', name: 'prod' } });
    await press('Export');
    expect(transfers.made[0]).toMatchObject({ references: ['models:/prod'] });
  });

  it('can be stopped by its button, and by nothing else', async () => {
    transfers.held = true;
    const { told, closed } = await show({ kind: 'export', target: MODEL });
    await press('Export');
    expect(screen.getByText(/Writing model files: .* of .*MB/)).toBeTruthy();
    expect(screen.queryByText(/Closing does not stop it/)).toBeNull();
    fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
    await wait();
    expect(closed).toEqual([]);
    await press('Stop');
    expect(screen.getByRole('button', { name: 'Export' })).toBeTruthy();
    expect([alerts(), told, saved]).toEqual([[], [], []]);
  });

  it('is a line where no file can come from', async () => {
    await open(client, { kind: 'export', target: MODEL });
    expect(shownLine()).toContain('%modelreg export prod.risk.fraud prod.risk.fraud.zip');
    expect(screen.getByText(/exchanges messages with its kernel, and no files/)).toBeTruthy();
    expect(screen.getAllByRole('button').map(each => each.textContent)).toEqual(['', 'Close']);
  });
});

describe('Back up', () => {
  it('says how to restore, and what was left out', async () => {
    transfers.leftOut = ['prod.risk.fraud/2'];
    const { told } = await show({ kind: 'backup' });
    expect(screen.getByText('modelreg restore FILE --force')).toBeTruthy();
    fireEvent.click(screen.getByRole('checkbox'));
    await wait();
    expect(shownLine()).toContain('--skip-damaged');
    await press('Back up');
    expect(transfers.made).toEqual([{ kind: 'backup', skip_damaged: true, path: null }]);
    expect(told[0]?.message).toMatch(/^Backed up 2 versions, .* without the damaged files of prod\.risk\.fraud\/2$/);
  });
});

describe('Import', () => {
  const SKIPPED = { kind: 'version', name: 'plain/1', why: 'its files are elsewhere', hint: 'copy them here first' };

  it('looks at an uploaded archive first, imports then, and says what was skipped', async () => {
    transfers.skipped = [SKIPPED];
    const { told, closed, host } = await show({ kind: 'import' });
    await press('Preview');
    expect(alerts()[0]).toContain('No file is chosen');
    await pick('friend.zip');
    await press('Preview');
    expect(transfers.uploaded).toEqual(['friend.zip']);
    expect(transfers.imported[0]).toMatchObject({ upload: 'token of friend.zip', source: null, dry_run: true });
    expect(screen.getByText(/^Would import from friend.zip/)).toBeTruthy();
    expect(cells()).toEqual(expect.arrayContaining(['plain/1', 'its files are elsewhere', 'copy them here first']));
    await type(/Reason/, 'from ben');
    await press('Import');
    expect(transfers.uploaded).toHaveLength(1);
    expect(transfers.imported[1]).toMatchObject({ upload: 'token of friend.zip', dry_run: false, reason: 'from ben' });
    expect(screen.getByText('Imported from friend.zip')).toBeTruthy();
    await press('Close');
    expect(closed).toHaveLength(1);
    expect(transfers.discarded).toEqual(['token of friend.zip']);
    expect(told).toEqual([{ ok: true, message: 'Imported 1 model, 2 versions from friend.zip' }]);
    const [actions = []] = host.offered;
    expect(actions.map(each => each.label)).toEqual(['Undo']);
    actions[0]?.run();
    expect(client.calls.at(-1)).toMatchObject({ op: 'history.undo', params: { event: 41 } });
  });

  it('tells of nothing that was only looked at', async () => {
    const { told, closed } = await show({ kind: 'import' });
    await pick('friend.zip');
    await press('Preview');
    await press('Cancel');
    await press('Discard');
    expect([told, closed]).toEqual([[], [false]]);
  });

  it('takes a path or a URI, into a schema', async () => {
    await show({ kind: 'import' });
    await choose('Path or URI');
    await type('Source', 'sqlite:///mlflow.db');
    await type(/Into schema/, 'prod');
    await press('Preview');
    expect(alerts()).toHaveLength(1);
    await type(/Into schema/, 'prod.risk');
    fireEvent.click(screen.getByRole('checkbox'));
    await wait();
    expect(shownLine()).toContain('%modelreg import sqlite:///mlflow.db --into prod.risk --skip-signature-check');
    await press('Preview');
    expect(transfers.imported[0]).toMatchObject({
      upload: null,
      source: 'sqlite:///mlflow.db',
      into: 'prod.risk',
      skip_signature_check: true
    });
    await type(/Into schema/, 'prod.cards');
    expect(screen.queryByText(/^Would import/)).toBeNull();
    expect(screen.getByRole('button', { name: 'Preview' })).toBeTruthy();
  });

  it('offers no import when nothing is new', async () => {
    transfers.fresh = 0;
    await show({ kind: 'import' });
    await pick('friend.zip');
    await press('Preview');
    expect(alerts()[0]).toContain('There is nothing to import');
    expect(screen.queryByRole('button', { name: 'Import' })).toBeNull();
  });

  it('shows why an archive is refused, and takes another one', async () => {
    transfers.failure = new RegistryError('FILES_DAMAGED', 'friend.zip is not valid', 'get it again');
    await show({ kind: 'import' });
    await pick('friend.zip');
    await press('Preview');
    expect(alerts()[0]).toContain('friend.zip is not valid');
    transfers.failure = null;
    await pick('better.zip');
    await press('Preview');
    expect(screen.getByRole('button', { name: 'Import' })).toBeTruthy();
  });

  it('counts what is no bytes, and stops', async () => {
    await show({ kind: 'import' });
    await pick('friend.zip');
    await press('Preview');
    transfers.held = true;
    await press('Import');
    expect(screen.getByText(/Importing versions: 1,200 of 4,000 versions/)).toBeTruthy();
    await press('Stop');
    expect(screen.getByText(/What has come in stays/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Import' })).toBeTruthy();
  });
});

describe('Verify', () => {
  const CLOCK: Finding = {
    kind: 'clock',
    subject: 'event 3',
    message: 'the clock was set back 102 times by up to 26 days',
    hint: 'check the clock of this machine',
    version_id: null,
    repairable: false,
    mended: false
  };
  const DAMAGED: Finding = { ...CLOCK, kind: 'files', message: 'fraud/1: MLmodel has changed', hint: 'restore it' };

  it('begins at once and says that nothing is wrong', async () => {
    await show({ kind: 'verify' });
    expect(screen.getByText(/8 files \(.* kB\) checked, 1 model held against the log: nothing is wrong$/)).toBeTruthy();
    expect(screen.queryByRole('table')).toBeNull();
  });

  it('looks at one catalog alone', async () => {
    await show({ kind: 'verify', target: { kind: 'catalog', name: 'prod' } });
    expect(screen.getByRole('dialog', { name: 'Verify catalog' }).textContent).toContain('nothing is wrong');
    const sent = client.calls.filter(each => each.op === 'maintenance.verify');
    expect(sent.map(each => each.params)).toEqual([{ reference: 'prod' }]);
  });

  it('shows what is wrong, and copies it as the command says it', async () => {
    client.findings = [DAMAGED, CLOCK];
    const copied: string[] = [];
    vi.stubGlobal('navigator', { clipboard: { writeText: (text: string) => Promise.resolve(copied.push(text)) } });
    await show({ kind: 'verify' });
    expect(cells().slice(0, 3)).toEqual(['wrong', 'fraud/1: MLmodel has changed', 'restore it']);
    expect(cells()[3]).toBe('note');
    await press('Copy the report');
    vi.unstubAllGlobals();
    expect(copied[0]?.split('\n').slice(0, 3)).toEqual([
      'wrong: fraud/1: MLmodel has changed',
      '  restore it',
      'note: the clock was set back 102 times by up to 26 days'
    ]);
    expect(copied[0]).toMatch(/: 1 thing wrong$/);
  });

  it('can be stopped and begun again', async () => {
    const release = client.hold();
    await show({ kind: 'verify' });
    await press('Stop');
    release();
    await wait(300);
    await press('Verify');
    expect(screen.getByText(/nothing is wrong$/)).toBeTruthy();
  });
});
