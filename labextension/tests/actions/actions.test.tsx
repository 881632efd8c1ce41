import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError } from '../../src/client/client';
import { defaultReference } from '../../src/registry/aliases';
import { AliasChip } from '../../src/actions/AliasChip';
import { type ActionId, actionOfKey, ACTIONS, actionsFor } from '../../src/actions/actions';
import { HostProvider } from '../../src/host/host';
import { MenuButton, targetMenu } from '../../src/actions/useMenu';
import type { Target } from '../../src/registry/target';
import { FakeHost } from '../support/fakeHost';

const FRAUD: Target = { kind: 'model', name: 'prod.ml.fraud' };
const THIRD: Target = { kind: 'version', name: 'prod.ml.fraud', version: 3 };

let host: FakeHost;

beforeEach(() => {
  host = new FakeHost();
  host.client.model('prod.ml.fraud', 3, { Champion: 2, Challenger: 3 });
});

afterEach(cleanup);

function run(id: ActionId, target: Target): void {
  ACTIONS.find(each => each.id === id)!.run(host, target);
}

describe('actions', () => {
  it('are those that make sense for what they are about', () => {
    const ids = (target: Target): string[] => actionsFor(target).map(each => each.id);
    expect(ids({ kind: 'catalog', name: 'prod' })).toEqual([
      'open',
      'copy-reference',
      'copy-link',
      'permissions',
      'describe',
      'new-schema',
      'export',
      'verify',
      'prune',
      'delete'
    ]);
    expect(ids({ kind: 'schema', name: 'prod.ml' })).toContain('register');
    expect(ids(FRAUD)).not.toContain('copy-to');
    expect(ids(THIRD)).not.toContain('rename');
  });

  it('hold a version against the live one', async () => {
    const live = async (version: number): Promise<void> => {
      run('compare-live', { kind: 'version', name: 'prod.ml.fraud', version });
      await vi.waitFor(() => expect(host.opened.length + host.told.length).toBeGreaterThan(0));
    };
    await live(3);
    expect(host.opened).toEqual(['compare:prod.ml.fraud/2:prod.ml.fraud/3']);
    host.opened.pop();
    await live(2);
    expect(host.told[0]?.message).toBe('prod.ml.fraud/2 is @Champion itself');
    run('compare', THIRD);
    expect(host.asked).toEqual([{ kind: 'compare', references: ['prod.ml.fraud/3'] }]);
  });

  it('pin what is not pinned, and unpin what is', () => {
    const ids = (pinned: boolean): string[] => actionsFor({ ...THIRD, pinned }).map(each => each.id);
    expect(ids(false)).toContain('pin');
    expect(ids(false)).not.toContain('unpin');
    expect(ids(true)).toContain('unpin');
    expect(ids(true)).not.toContain('pin');
  });

  it('unpin at once, in a way that can be undone', async () => {
    await host.client.call('versions.pin', { reference: 'prod.ml.fraud/3' });
    run('unpin', THIRD);
    await vi.waitFor(() => expect(host.told).toEqual([{ ok: true, message: 'Unpinned prod.ml.fraud/3' }]));
    expect(host.offered[0]?.map(each => each.label)).toEqual(['Undo']);
    expect(host.client.versions.get('prod.ml.fraud')?.[2]?.pinned).toBe(false);
  });

  it('deprecate what is not, and undo that at once where it is', async () => {
    const ids = (deprecated: boolean): string[] => actionsFor({ ...FRAUD, deprecated }).map(each => each.id);
    expect(ids(false)).toContain('deprecate');
    expect(ids(false)).not.toContain('undeprecate');
    expect(ids(true)).toContain('undeprecate');
    expect(ids(true)).not.toContain('deprecate');
    await host.client.call('deprecations.set', { reference: 'prod.ml.fraud/3', reason: 'old' });
    run('undeprecate', THIRD);
    await vi.waitFor(() =>
      expect(host.told).toEqual([{ ok: true, message: 'prod.ml.fraud/3 is not deprecated any more' }])
    );
    expect(host.offered[0]?.map(each => each.label)).toEqual(['Undo']);
    expect(host.client.versions.get('prod.ml.fraud')?.[2]?.deprecated).toBeNull();
  });

  it('are those that change nothing where the past is shown', () => {
    const ids = (target: Target): string[] => actionsFor(target, true).map(each => each.id);
    expect(ids(FRAUD)).toEqual(['open', 'copy-reference', 'copy-link', 'permissions']);
    expect(ids(THIRD)).toEqual(['open', 'insert-code', 'insert-line', 'copy-reference', 'copy-uri', 'copy-link']);
  });

  it('open dialogs about the model or version', () => {
    run('set-alias', THIRD);
    run('copy-to', THIRD);
    run('register', { kind: 'schema', name: 'prod.ml' });
    run('new-schema', { kind: 'catalog', name: 'prod' });
    run('new-model', { kind: 'schema', name: 'prod.ml' });
    run('edit-tags', FRAUD);
    run('pin', THIRD);
    run('link', THIRD);
    run('deprecate', FRAUD);
    run('prune', FRAUD);
    run('verify', { kind: 'catalog', name: 'prod' });
    expect(host.asked).toEqual([
      { kind: 'alias', model: 'prod.ml.fraud', version: 3 },
      { kind: 'copy', model: 'prod.ml.fraud', version: 3 },
      { kind: 'register', namespace: 'prod.ml' },
      { kind: 'create', what: 'schema', within: 'prod' },
      { kind: 'create', what: 'model', within: 'prod.ml' },
      { kind: 'tags', target: FRAUD },
      { kind: 'pin', model: 'prod.ml.fraud', version: 3 },
      { kind: 'link', model: 'prod.ml.fraud', version: 3 },
      { kind: 'deprecate', target: FRAUD },
      { kind: 'prune', target: FRAUD },
      { kind: 'verify', target: { kind: 'catalog', name: 'prod' } }
    ]);
  });

  it('insert what loads the version, or the one a model is known by', async () => {
    run('insert-code', THIRD);
    run('insert-line', FRAUD);
    await vi.waitFor(() =>
      expect(host.inserted).toEqual([
        'import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/prod.ml.fraud/3")',
        '%modelreg load prod.ml.fraud@Champion --as model'
      ])
    );
  });

  it('load a prompt as one', async () => {
    host.client.model('greeting', 2);
    const prompt = host.client.models.get('greeting')!;
    host.client.models.set('greeting', { ...prompt, tags: { 'mlflow.prompt.is_prompt': 'true' } });
    run('insert-code', { kind: 'model', name: 'greeting' });
    run('insert-line', { kind: 'version', name: 'greeting', version: 2 });
    await vi.waitFor(() =>
      expect(host.inserted).toEqual([
        'import mlflow\n\nprompt = mlflow.genai.load_prompt("prompts:/greeting@latest")',
        '%modelreg show models:/greeting/2'
      ])
    );
  });

  it('drag an alias of a prompt as what loads one', () => {
    const data = new Map<string, string>();
    const target = { model: 'greeting', alias: 'live', version: 1, prompt: true };
    render(
      <HostProvider value={host}>
        <AliasChip target={target} live={false} showVersion={false} />
      </HostProvider>
    );
    const dataTransfer = { setData: (kind: string, text: string) => data.set(kind, text) };
    fireEvent.dragStart(screen.getByRole('button', { name: '@live' }), { dataTransfer });
    expect(data.get('text/plain')).toBe('import mlflow\n\nprompt = mlflow.genai.load_prompt("prompts:/greeting@live")');
  });

  it('choose the champion, else the alias of the newest version, else the newest version', () => {
    expect(defaultReference({ name: 'm', aliases: { Champion: 1, next: 2 } })).toBe('m@Champion');
    expect(defaultReference({ name: 'm', aliases: { old: 1, next: 2 } })).toBe('m@next');
    expect(defaultReference({ name: 'm', aliases: {} })).toBe('m/latest');
  });

  it('copy the reference, what MLflow loads, and a link', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { clipboard: { writeText } });
    run('copy-reference', THIRD);
    run('copy-link', THIRD);
    run('copy-uri', FRAUD);
    const all = [
      ['prod.ml.fraud/3'],
      ['https://here/lab?modelreg=prod.ml.fraud/3'],
      ['models:/prod.ml.fraud@Champion']
    ];
    await vi.waitFor(() => expect(writeText.mock.calls).toEqual(all));
    vi.unstubAllGlobals();
  });

  it('offer a link only where an address leads there', () => {
    const labels = (): string[] => targetMenu(host, FRAUD).items.map(each => each.label);
    expect(labels()).toContain('Copy link');
    host.opener = null;
    expect(labels()).not.toContain('Copy link');
  });

  it.each([
    ['F2', false, 'rename'],
    ['Delete', false, 'delete'],
    ['c', true, 'copy-reference'],
    ['c', false, null],
    ['v', true, null]
  ] as const)('are what %s (Control: %s) stands for', (key, ctrlKey, action) => {
    const pressed = { key, ctrlKey, metaKey: false, altKey: false, shiftKey: false };
    expect(actionOfKey(pressed)).toBe(action);
    expect(actionOfKey({ ...pressed, shiftKey: true })).toBeNull();
    expect(actionOfKey({ ...pressed, altKey: true })).toBeNull();
  });

  it('say what went wrong, and what to do', async () => {
    host.client.failure = { error: new RegistryError('UNREACHABLE', 'nobody there', 'wait') };
    run('insert-code', FRAUD);
    await vi.waitFor(() => expect(host.told).toEqual([{ ok: false, message: 'nobody there', hint: 'wait' }]));
    expect(host.inserted).toEqual([]);
  });
});

describe('the menu', () => {
  beforeEach(() => {
    render(
      <HostProvider value={host}>
        <MenuButton target={FRAUD} without="open" />
      </HostProvider>
    );
    screen.getByRole('button').focus();
    fireEvent.click(screen.getByRole('button', { name: 'More actions' }));
  });

  const focused = (): string | null | undefined => document.activeElement?.textContent;

  it('goes round by the arrow keys, and Escape gives the focus back', () => {
    expect(focused()).toBe('Insert code');
    fireEvent.keyDown(document.activeElement!, { key: 'ArrowUp' });
    expect(focused()).toBe('Delete…');
    fireEvent.keyDown(document.activeElement!, { key: 'ArrowDown' });
    expect(focused()).toBe('Insert code');
    fireEvent.keyDown(document.activeElement!, { key: 'Escape' });
    expect(screen.queryByRole('menu')).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('button'));
  });

  it('closes when something is chosen, and when one clicks elsewhere', () => {
    fireEvent.click(screen.getByRole('menuitem', { name: 'Rename…' }));
    expect(host.asked).toEqual([{ kind: 'rename', model: 'prod.ml.fraud' }]);
    expect(screen.queryByRole('menu')).toBeNull();
    fireEvent.click(screen.getByRole('button'));
    fireEvent.pointerDown(document.body);
    expect(screen.queryByRole('menu')).toBeNull();
  });
});
