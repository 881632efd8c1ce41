import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type LoggedModelInfo, RegistryError, type RunDetails, type Version } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
import { run } from '../support/runs';
import type { DialogRequest } from '../../src/host/dialogRequest';
import { type Host, HostProvider, type Opener } from '../../src/host/host';
import { DEFAULT_SETTINGS } from '../../src/host/settings';
import { PageView } from '../../src/pages/PageView';
import { type AnyPage, pageKey, pageTarget } from '../../src/registry/target';

/** jsdom lays nothing out, so there is nothing to observe. */
class NoResizes {
  observe(): void {}
  disconnect(): void {}
}

const HOSTILE = '<b onclick="x">bold</b> שלום 🦊';

let client: FakeClient;
let opened: string[];
let asked: DialogRequest[];
let inserted: string[];

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', NoResizes);
  // A table without a height would draw every page it has.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(320);
  sessionStorage.clear();
  client = new FakeClient();
  [opened, asked, inserted] = [[], [], []];
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const OPENER: Opener = {
  folders: null,
  openNotebook: (path, cell) => opened.push(`${path}#${cell ?? ''}`),
  openFile: (reference, path, moment) => opened.push(`${reference}:${path}${moment === null ? '' : ` of ${moment}`}`),
  download: (reference, path, moment) =>
    opened.push(`${reference}:${path} saved${moment === null ? '' : ` of ${moment}`}`),
  foldersFor: folder => [{ label: 'Open a terminal there', open: () => opened.push(`terminal in ${folder}`) }],
  link: pageKey
};

async function shown(target: AnyPage | string, canInsert = true): Promise<void> {
  const host: Host = {
    registries: null,
    transfers: null,
    client,
    settings: DEFAULT_SETTINGS,
    openPage: each => opened.push(pageKey(each)),
    opener: canInsert ? OPENER : null,
    openDialog: request => {
      asked.push(request);
      return Promise.resolve(false);
    },
    notify: () => undefined,
    insert: canInsert ? code => inserted.push(code) : null,
    Markdown: ({ text }) => <p>{text}</p>
  };
  const about = typeof target === 'string' ? pageTarget(target) : target;
  await act(async () => {
    render(
      <HostProvider value={host}>
        <PageView target={about} visible={true} />
      </HostProvider>
    );
    await new Promise(resolve => setTimeout(resolve));
  });
}

/** Do something and let the answers to it arrive. */
async function then(doing: () => void): Promise<void> {
  await act(async () => {
    doing();
    await new Promise(resolve => setTimeout(resolve));
  });
}

async function openTab(name: RegExp): Promise<void> {
  await then(() => fireEvent.click(screen.getByRole('tab', { name })));
}

it.each([1_764_205_200_000_000, -62_167_219_200_000, Number.NaN])('shows a page whose time is %d', async time => {
  client.model('prod.ml.fraud', 1);
  const versions = client.versions.get('prod.ml.fraud')!;
  versions[0] = { ...versions[0]!, created_at: time, updated_at: time };
  await shown('prod.ml.fraud/1');
  const [registered] = screen.getAllByText(`${time} (implausible)`);
  expect(registered?.getAttribute('datetime')).toBeNull();
  await shown('prod.ml.fraud');
  expect(screen.getByRole('row', { name: /v1/ }).textContent).toContain(`${time} (implausible)`);
});

describe('the page of a model', () => {
  it('has tabs that arrow keys go through, and remembers which one was open', async () => {
    client.model('prod.ml.fraud', 2);
    await shown('prod.ml.fraud');
    const tabs = screen.getAllByRole('tab');
    expect(tabs.map(each => each.textContent)).toEqual([
      'Versions 2',
      'Details',
      'Comments',
      'Activity',
      'Timeline',
      'Policies',
      'Permissions'
    ]);
    expect(tabs.map(each => each.tabIndex)).toEqual([0, -1, -1, -1, -1, -1, -1]);
    await then(() => fireEvent.keyDown(tabs[0]!, { key: 'ArrowLeft' }));
    await then(() => fireEvent.keyDown(tabs[6]!, { key: 'ArrowLeft' }));
    await then(() => fireEvent.keyDown(tabs[5]!, { key: 'ArrowLeft' }));
    await then(() => fireEvent.keyDown(tabs[4]!, { key: 'ArrowLeft' }));
    const activity = screen.getByRole('tab', { selected: true });
    expect(activity.textContent).toBe('Activity');
    expect(document.activeElement).toBe(activity);
    expect(screen.getByRole('tabpanel', { name: 'Activity' }).id).toBe(activity.getAttribute('aria-controls'));
    await then(() => fireEvent.keyDown(activity, { key: 'Home' }));
    await then(() => fireEvent.keyDown(tabs[0]!, { key: 'ArrowRight' }));
    cleanup();
    await shown('prod.ml.fraud');
    expect(screen.getByRole('tab', { selected: true }).textContent).toBe('Details');
  });

  it('draws of many versions only what is in sight, and fetches no more than that needs', async () => {
    client.model('prod.ml.fraud', 5000);
    await shown('prod.ml.fraud');
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('-1');
    expect(screen.getAllByRole('row').length).toBeLessThan(40);
    expect(client.calls.filter(each => each.op === 'versions.list')).toHaveLength(1);
  });

  it('says how to go on without versions', async () => {
    client.model('prod.ml.fraud', 0);
    await shown('prod.ml.fraud');
    await then(() =>
      fireEvent.click(within(screen.getByRole('tabpanel')).getByRole('button', { name: 'Register version' }))
    );
    expect(asked).toEqual([{ kind: 'register', model: 'prod.ml.fraud' }]);
  });

  it('shows how to load it, to insert where the host can do that', async () => {
    client.model('prod.ml.fraud', 2, { Champion: 1 });
    await shown('prod.ml.fraud');
    await openTab(/Details/);
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'Insert code' })));
    expect(inserted).toEqual(['import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/prod.ml.fraud@Champion")']);
    cleanup();
    await shown('prod.ml.fraud', false);
    expect(screen.queryByRole('button', { name: 'Insert code' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Copy code' })).toBeTruthy();
  });

  it('offers what can be done with it', async () => {
    client.model('prod.ml.fraud', 1);
    await shown('prod.ml.fraud');
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'Set alias' })));
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'More actions' })));
    await then(() => fireEvent.click(screen.getByRole('menuitem', { name: 'Rename…' })));
    expect(asked).toEqual([
      { kind: 'alias', model: 'prod.ml.fraud' },
      { kind: 'rename', model: 'prod.ml.fraud' }
    ]);
  });
});

describe('the page of a version', () => {
  function version(change: Partial<Version>): void {
    client.model('prod.ml.fraud', 1);
    const versions = client.versions.get('prod.ml.fraud')!;
    versions[0] = { ...versions[0]!, ...change };
  }

  it('shows signature, metrics, parameters and files', async () => {
    version({
      managed: true,
      signature: { inputs: [{ name: 'amount', type: 'double', required: false }], outputs: [{ type: 'long' }] },
      metrics: [{ key: 'auc', value: 0.91, timestamp: 0, step: 2 }],
      params: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`param_${at}`, `value ${at}`]))
    });
    client.files.set('prod.ml.fraud/1', [
      { path: 'MLmodel', size: 1000, sha256: 'abc', kind: 'file' },
      { path: 'data/model.pkl', size: 2000, sha256: 'def', kind: 'executable' }
    ]);
    await shown('prod.ml.fraud/1');
    expect(within(screen.getByRole('table', { name: 'Inputs' })).getByText('optional')).toBeTruthy();
    expect(within(screen.getByRole('table', { name: 'Metrics' })).getByText('0.91')).toBeTruthy();
    await then(() => fireEvent.change(screen.getByLabelText('Filter parameters'), { target: { value: 'VALUE 7' } }));
    expect(within(screen.getByRole('table', { name: 'Parameters' })).getAllByRole('row')).toHaveLength(2);
    expect(screen.getByText('2 · 3.0 kB')).toBeTruthy();
    expect(screen.getByText('model.pkl').closest('[title]')?.getAttribute('title')).toContain('SHA-256 def');
    await then(() => fireEvent.click(screen.getByRole('button', { name: /^data/, expanded: true })));
    expect(screen.queryByText('model.pkl')).toBeNull();
  });

  it('reads the signature of a workspace version from its files', async () => {
    client.model('fraud', 2);
    client.signatures.set('fraud/1', { inputs: [{ name: 'amount', type: 'double' }], outputs: [{ type: 'long' }] });
    await shown('fraud/1');
    expect(within(screen.getByRole('table', { name: 'Inputs' })).getByText('amount')).toBeTruthy();
    cleanup();
    await shown('fraud/2');
    const section = screen.getByRole('region', { name: 'Signature' });
    expect(section.textContent).toContain('the MLmodel file has none, or is on another machine');
    cleanup();
    client.failure = {
      error: new RegistryError('SOURCE_UNAVAILABLE', 'the folder is gone'),
      ops: ['versions.signature']
    };
    await shown('fraud/2');
    expect(screen.getByRole('region', { name: 'Signature' }).textContent).toContain('Not known. The folder is gone');
  });

  it('says why it failed, and offers nothing to load', async () => {
    version({ status: 'FAILED_REGISTRATION', status_message: 'disk full' });
    await shown('prod.ml.fraud/1');
    expect(screen.getByRole('note').textContent).toBe('disk full');
    expect(screen.queryByText('Use it')).toBeNull();
  });

  it('prefers an alias to load it by, and names the exact version too', async () => {
    version({ aliases: ['z', 'Champion'] });
    await shown('prod.ml.fraud/1');
    expect(screen.getByText(/mlflow\.pyfunc\.load_model\("models:\/prod\.ml\.fraud@Champion"\)/)).toBeTruthy();
    expect(screen.getByText('models:/prod.ml.fraud/1')).toBeTruthy();
  });

  it('says that it is pinned, by whom and why, and offers to unpin it', async () => {
    client.model('prod.ml.fraud', 1);
    await client.call('versions.pin', { reference: 'prod.ml.fraud/1', reason: 'golden' });
    await shown('prod.ml.fraud/1');
    expect(screen.getByText('Pinned').title).toMatch(/^Pinned by ana, .*: “golden”\. Prune leaves it/);
    fireEvent.click(screen.getByRole('button', { name: 'More actions' }));
    expect(screen.queryByRole('menuitem', { name: 'Pin…' })).toBeNull();
    fireEvent.click(screen.getByRole('menuitem', { name: 'Unpin' }));
    await vi.waitFor(() => expect(client.versions.get('prod.ml.fraud')?.[0]?.pinned).toBe(false));
  });

  it('says that it is deprecated, why, and leads to what to use instead', async () => {
    client.model('prod.ml.fraud', 2);
    await client.call('deprecations.set', {
      reference: 'prod.ml.fraud/1',
      reason: 'wrong labels',
      in_favour_of: 'prod.ml.fraud/2'
    });
    await shown('prod.ml.fraud/1');
    const note = screen.getByRole('note', { name: 'Deprecated' });
    expect(note.textContent).toMatch(/^Deprecated: wrong labels\. Use prod\.ml\.fraud\/2 instead\. /);
    expect(screen.getByText('Deprecated', { selector: '.mreg-badge' }).title).toBe('Deprecated: wrong labels');
    fireEvent.click(within(note).getByRole('button', { name: 'prod.ml.fraud/2' }));
    expect(opened).toEqual(['prod.ml.fraud/2']);
    fireEvent.click(screen.getByRole('button', { name: 'More actions' }));
    fireEvent.click(screen.getByRole('menuitem', { name: 'Undo deprecation' }));
    await vi.waitFor(() => expect(client.versions.get('prod.ml.fraud')?.[0]?.deprecated).toBeNull());
  });

  it('says that its model is deprecated', async () => {
    client.model('prod.ml.fraud', 1);
    await client.call('deprecations.set', { reference: 'prod.ml.fraud', reason: 'replaced' });
    await shown('prod.ml.fraud/1');
    expect(screen.getByRole('note', { name: 'Deprecated' }).textContent).toMatch(
      /^Its model is deprecated: replaced\. /
    );
    expect(screen.queryByText('Deprecated', { selector: '.mreg-badge' })).toBeNull();
    cleanup();
    await shown('prod.ml.fraud');
    expect(screen.getByRole('note', { name: 'Deprecated' }).textContent).toMatch(/^Deprecated: replaced\. /);
  });

  it('lists where it is deployed or used, and lets one add and remove links', async () => {
    version({ links: { 'https://x.example/fraud': 'endpoint', 'grpc://x.example:443': 'job' } });
    await shown('prod.ml.fraud/1');
    const links = screen.getByRole('list', { name: 'Links' });
    expect([...links.children].map(each => each.textContent)).toEqual([
      'endpointhttps://x.example/fraud',
      'jobgrpc://x.example:443'
    ]);
    expect(
      within(links)
        .getAllByRole('link')
        .map(each => each.getAttribute('href'))
    ).toEqual(['https://x.example/fraud']);
    fireEvent.click(within(links).getByRole('button', { name: 'Remove the link to grpc://x.example:443' }));
    fireEvent.click(screen.getByRole('button', { name: 'Add' }));
    expect(asked).toEqual([
      { kind: 'unlink', model: 'prod.ml.fraud', version: 1, url: 'grpc://x.example:443' },
      { kind: 'link', model: 'prod.ml.fraud', version: 1 }
    ]);
  });

  it('follows no link but one to the web', async () => {
    version({ run_id: 'r1', run_link: 'javascript:alert(1)' });
    await shown('prod.ml.fraud/1');
    expect(screen.getByText('r1')).toBeTruthy();
    expect(screen.queryByRole('link')).toBeNull();
    cleanup();
    version({ run_id: 'r1', run_link: 'https://mlflow.example/r1' });
    await shown('prod.ml.fraud/1');
    expect(screen.getByRole('link', { name: 'r1' }).getAttribute('rel')).toBe('noopener noreferrer');
  });

  const MADE = run({
    name: 'nightly',
    notebook: '/home/ana/payments/disputes.ipynb',
    cell: '4f',
    git_commit: '0123456789abcdef'
  });

  it('leads to its notebook and to the page of its run', async () => {
    version({ run_id: 'r1' });
    client.runs.push(MADE);
    await shown('prod.ml.fraud/1');
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'payments/disputes.ipynb' })));
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'nightly' })));
    expect(opened).toEqual(['/home/ana/payments/disputes.ipynb#4f', 'run:r1']);
    expect(screen.queryByRole('link')).toBeNull();
  });

  it('says who loaded it last, and leads to the notebook', async () => {
    version({});
    const used = { name: 'prod.ml.fraud', version: 1, alias: 'Champion', actor: 'ben', count: 3 };
    client.used.push({ ...used, notebook: '/home/ben/score.ipynb', last_used_at: Date.now() });
    await shown('prod.ml.fraud/1');
    const fact = screen.getByText('Last used').parentElement!;
    expect(fact.textContent).toContain('just now by ben in ben/score.ipynb');
    await then(() => fireEvent.click(within(fact).getByRole('button', { name: 'ben/score.ipynb' })));
    expect(opened).toEqual(['/home/ben/score.ipynb#']);
  });

  it('lists who loads it, and leads to version and notebook', async () => {
    version({});
    const used = { name: 'prod.ml.fraud', version: 1, alias: 'Champion', actor: 'ben', count: 1200 };
    client.used.push({ ...used, notebook: '/home/ben/score.ipynb', last_used_at: Date.now() });
    client.used.push({ ...used, actor: 'carla', alias: null, notebook: null, count: 1, last_used_at: 1e12 });
    const users = (): string[] =>
      within(screen.getByRole('table', { name: 'Used by' }))
        .getAllByRole('row')
        .map(row => [...row.children].map(each => each.textContent).join(' | '));
    await shown('prod.ml.fraud/1');
    expect(users()).toEqual([
      'Who | As | Last | Times',
      'benben/score.ipynb | @Champion | just now | 1,200',
      'carla |  | 2001-09-09 | 1'
    ]);
    cleanup();
    await shown('prod.ml.fraud');
    await then(() => fireEvent.click(screen.getByRole('tab', { name: 'Details' })));
    expect(users()[1]).toBe('benben/score.ipynb | @Champion v1 | just now | 1,200');
    const [, row] = within(screen.getByRole('table', { name: 'Used by' })).getAllByRole('row');
    await then(() => fireEvent.click(within(row!).getByRole('button', { name: 'v1' })));
    await then(() => fireEvent.click(within(row!).getByRole('button', { name: 'ben/score.ipynb' })));
    expect(opened).toEqual(['prod.ml.fraud/1', '/home/ben/score.ipynb#']);
  });

  it('says where loads are not noted', async () => {
    version({});
    await shown('prod.ml.fraud/1');
    expect(screen.getByText('Nobody is known to have loaded it')).toBeTruthy();
    cleanup();
    client.noted = false;
    await shown('prod.ml.fraud/1');
    expect(screen.getByText('Loads are not noted here: MODELREG_USAGE=off')).toBeTruthy();
    expect(screen.queryByText('Nobody is known to have loaded it')).toBeNull();
  });

  it('leads to the pages of a server, and to that of the commit', async () => {
    version({ run_id: 'r1', logged_model_id: 'm-0123456789abcdef', source: 'models:/m-0123456789abcdef' });
    client.runs.push({ ...MADE, url: 'https://m/r1', experiment_url: 'https://m/e', commit_url: 'https://git/c' });
    client.loggedModels.push({ model_id: 'm-0123456789abcdef', url: 'https://m/m' } as LoggedModelInfo);
    await shown('prod.ml.fraud/1');
    const links = screen.getAllByRole('link').map(each => [each.textContent, each.getAttribute('href')]);
    expect(links).toEqual([
      ['nightly', 'https://m/r1'],
      ['e', 'https://m/e'],
      ['01234567', 'https://git/c'],
      ['m-01234567', 'https://m/m']
    ]);
    expect(screen.queryByText('Source')).toBeNull();
  });

  it('leads from experiment and logged model to pages of ours where there is no server', async () => {
    version({ run_id: 'r1', logged_model_id: 'm-0123456789abcdef' });
    client.runs.push({ ...MADE, url: null, experiment_url: null, experiment_id: '7' });
    const known = { model_id: 'm-0123456789abcdef', name: 'fraud', url: null, run_id: 'r1', run_name: 'nightly' };
    client.loggedModels.push(known as LoggedModelInfo);
    await shown('prod.ml.fraud/1');
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'm-01234567' })));
    await then(() => fireEvent.click(screen.getByRole('button', { name: MADE.experiment })));
    expect(opened).toEqual(['logged-model:m-0123456789abcdef', 'experiment:7']);
  });

  it('is text to copy where nothing can be opened', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { clipboard: { writeText } });
    version({ run_id: 'r1' });
    client.runs.push(MADE);
    await shown('prod.ml.fraud/1', false);
    expect(screen.queryByRole('button', { name: 'payments/disputes.ipynb' })).toBeNull();
    expect(screen.getByText('payments/disputes.ipynb').title).toBe('/home/ana/payments/disputes.ipynb');
    for (const what of ['path', 'commit', 'id of the run']) {
      await then(() => fireEvent.click(screen.getByRole('button', { name: `Copy ${what}` })));
    }
    expect(writeText.mock.calls).toEqual([['/home/ana/payments/disputes.ipynb'], ['0123456789abcdef'], ['r1']]);
    expect(screen.getAllByRole('button', { name: 'Copied' })).toHaveLength(3);
    vi.unstubAllGlobals();
  });

  it('leads to the version it was copied from', async () => {
    version({ source: 'models:/staging.ml.fraud/7' });
    await shown('prod.ml.fraud/1');
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'models:/staging.ml.fraud/7' })));
    expect(opened).toEqual(['staging.ml.fraud/7']);
    cleanup();
    version({ source: 'models:/m-1234' });
    await shown('prod.ml.fraud/1');
    expect(screen.queryByRole('button', { name: 'models:/m-1234' })).toBeNull();
  });

  it('leads back to its model', async () => {
    version({});
    await shown('prod.ml.fraud/1');
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'fraud' })));
    expect(opened).toEqual(['prod.ml.fraud']);
  });
});

describe('the files of a version', () => {
  beforeEach(() => {
    client.model('prod.ml.fraud', 1);
    const versions = client.versions.get('prod.ml.fraud')!;
    versions[0] = { ...versions[0]!, managed: true };
    client.files.set('prod.ml.fraud/1', [{ path: 'data/MLmodel', size: 10, sha256: 'ab12', kind: 'file' }]);
  });

  it('open, are downloaded, and have a menu', async () => {
    await shown('prod.ml.fraud/1');
    const file = screen.getByRole('button', { name: /^MLmodel/ });
    await then(() => fireEvent.click(file));
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'Download data/MLmodel' })));
    expect(opened).toEqual(['prod.ml.fraud/1:data/MLmodel', 'prod.ml.fraud/1:data/MLmodel saved']);
    await then(() => fireEvent.contextMenu(file));
    const items = screen.getAllByRole('menuitem').map(each => each.textContent);
    expect(items).toEqual(['Open', 'Download', 'Copy path', 'Copy SHA-256']);
  });

  it('say where they are, and how to get there', async () => {
    await shown('prod.ml.fraud/1');
    expect(await screen.findByText('/kept/prod.ml.fraud/1')).toBeTruthy();
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'Open a terminal there' })));
    expect(opened).toEqual(['terminal in /kept/prod.ml.fraud/1']);
  });

  it('are text with a menu to copy where nothing can be opened', async () => {
    await shown('prod.ml.fraud/1', false);
    expect(screen.queryByRole('button', { name: /MLmodel/ })).toBeNull();
    await then(() => fireEvent.contextMenu(screen.getByText('MLmodel')));
    expect(screen.getAllByRole('menuitem').map(each => each.textContent)).toEqual(['Copy path', 'Copy SHA-256']);
  });
});

describe('the page of a run', () => {
  const DETAILS: RunDetails = {
    run: run({ name: 'nightly', notebook: 'work/fraud.ipynb' }),
    params: { depth: '3', colour: HOSTILE },
    metrics: { loss: 0.25, broken: 'NaN' },
    tags: { team: 'risk' },
    artifacts: [
      { path: 'plots', is_folder: true, size: null },
      { path: 'a.svg', is_folder: false, size: 6 }
    ],
    artifacts_problem: null,
    models: []
  };

  async function rows(table: string): Promise<string[]> {
    const found = await screen.findByRole('table', { name: table });
    return within(found)
      .getAllByRole('row')
      .slice(1)
      .map(each => each.textContent);
  }

  it('shows what it logged, and leads to its notebook', async () => {
    client.runDetails.set('r1', DETAILS);
    await shown({ kind: 'run', run_id: 'r1' });
    expect(await rows('Metrics')).toEqual(['brokenNaN', 'loss0.25']);
    expect(await rows('Parameters')).toEqual([`colour${HOSTILE}`, 'depth3']);
    expect(await rows('Artifacts')).toEqual(['plots/', 'a.svg6 B']);
    expect(await rows('Tags')).toEqual(['teamrisk']);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Run nightly');
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'work/fraud.ipynb' })));
    expect(opened).toEqual(['work/fraud.ipynb#']);
  });

  it('says why there are no artifacts, and what is wrong with a run that is not there', async () => {
    client.runDetails.set('r1', { ...DETAILS, artifacts: [], artifacts_problem: 'they cannot be listed' });
    await shown({ kind: 'run', run_id: 'r1' });
    expect(await screen.findByText('they cannot be listed')).toBeTruthy();
    cleanup();
    await shown({ kind: 'run', run_id: 'r2' });
    expect((await screen.findByRole('alert')).textContent).toContain('no run r2');
  });
});

describe('what people wrote', () => {
  it('is shown as text wherever it stands', async () => {
    client.model(HOSTILE, 1, { Champion: 1 });
    client.models.set(HOSTILE, { ...client.models.get(HOSTILE)!, tags: { [HOSTILE]: HOSTILE }, owner: HOSTILE });
    const versions = client.versions.get(HOSTILE)!;
    versions[0] = {
      ...versions[0]!,
      tags: { [HOSTILE]: HOSTILE },
      created_by: HOSTILE,
      source: HOSTILE,
      params: { [HOSTILE]: HOSTILE }
    };
    client.log('tag.set', 'model', HOSTILE, { actor: HOSTILE, after: { [HOSTILE]: HOSTILE }, reason: HOSTILE });
    await shown({ kind: 'model', name: HOSTILE });
    for (const tab of [/Details/, /Activity/]) {
      await openTab(tab);
      expect(screen.getAllByText(HOSTILE).length).toBeGreaterThan(3);
    }
    cleanup();
    await shown({ kind: 'version', name: HOSTILE, version: 1 });
    expect(screen.getAllByText(HOSTILE).length).toBeGreaterThan(5);
    expect(document.querySelector('b')).toBeNull();
  });

  it('is folded when it is long', async () => {
    client.model('churn', 0);
    const long = 'x'.repeat(5000);
    client.models.set('churn', { ...client.models.get('churn')!, tags: { long } });
    await shown('churn');
    await openTab(/Details/);
    expect(screen.queryByText(long)).toBeNull();
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'Show all', expanded: false })));
    expect(screen.getByText(long)).toBeTruthy();
  });
});

describe('bad days', () => {
  it('offers to try again, with nothing read and with something', async () => {
    client.model('churn', 1);
    client.failure = { error: new RegistryError('UNREACHABLE', 'nobody there', 'wait') };
    await shown('churn');
    expect(screen.getByRole('alert').textContent).toContain('nobody there');
    client.failure = null;
    await then(() => fireEvent.click(screen.getByRole('button', { name: 'Retry' })));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.getByRole('grid')).toBeTruthy();
  });

  it('say what a model is called now, and lead there', async () => {
    client.model('prod.ml.fraud', 1);
    client.rename('prod.ml.fraud', 'prod.ml.cards');
    await shown('prod.ml.fraud/1');
    expect(screen.getByRole('status').textContent).toContain('prod.ml.fraud is now called prod.ml.cards.');
    expect(screen.queryByRole('button', { name: 'Set alias' })).toBeNull();
    await then(() => fireEvent.click(screen.getByRole('button', { name: /^Open/ })));
    expect(opened).toEqual(['prod.ml.cards/1']);
  });

  it('say who deleted a version and why, and lead to its model', async () => {
    client.model('prod.ml.fraud', 2);
    client.versions.get('prod.ml.fraud')!.pop();
    client.log('version.deleted', 'model', 'prod.ml.fraud', { version: 2, reason: 'wrong table' });
    await shown('prod.ml.fraud/2');
    expect(screen.getByRole('status').textContent).toMatch(/v2 of prod\.ml\.fraud was deleted.*by ana.*“wrong table”/);
    await then(() => fireEvent.click(screen.getByRole('button', { name: /^Open prod/ })));
    expect(opened).toEqual(['prod.ml.fraud']);
  });
});
