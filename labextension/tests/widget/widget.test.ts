import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { CommClient } from '../../src/client/comm';
import { FakeClient } from '../support/fakeClient';
import { ExplorerStore } from '../../src/explorer/explorerStore';
import { keepEvents, watchKernel } from '../../src/widget/element';
import { bindSelection } from '../../src/widget/selection';
import { Model } from '../support/fakeModel';

let registry: FakeClient;
let explorer: ExplorerStore;

beforeEach(() => {
  registry = new FakeClient();
  registry.model('prod.ml.fraud', 3);
  registry.model('prod.ops.load');
  registry.model('iris');
  explorer = new ExplorerStore(registry);
});

afterEach(() => explorer.dispose());

const keys = (): string[] => explorer.state().rows.map(row => row.key);

describe('openNamespace', () => {
  it('opens the catalog and then the schema', async () => {
    const opened = vi.fn();
    void explorer.openNamespace('prod.ops').then(opened);
    explorer.show();
    await vi.waitFor(() => expect(keys()).toContain('model:prod.ops.load'));
    expect(opened).toHaveBeenCalledExactlyOnceWith(2);
    expect(keys()).toEqual(['catalog:prod', 'schema:prod.ml', 'schema:prod.ops', 'model:prod.ops.load', 'workspace']);
  });

  it('opens a catalog alone', async () => {
    void explorer.openNamespace('prod');
    explorer.show();
    await vi.waitFor(() => expect(keys()).toEqual(['catalog:prod', 'schema:prod.ml', 'schema:prod.ops', 'workspace']));
  });

  it('looks for it on later pages', async () => {
    for (let at = 0; at < 150; at++) {
      registry.schema(`prod.a${String(at).padStart(3, '0')}`);
    }
    const opened = vi.fn();
    void explorer.openNamespace('prod.ops').then(opened);
    explorer.show();
    await vi.waitFor(() => expect(keys()).toContain('model:prod.ops.load'));
    expect(opened).toHaveBeenCalledExactlyOnceWith(152);
  });

  it('gives up on what is not there, and leaves alone what the user closes again', async () => {
    const opened = vi.fn();
    void explorer.openNamespace('prod.nowhere').then(opened);
    explorer.show();
    await vi.waitFor(() => expect(keys()).toContain('schema:prod.ops'));
    explorer.collapseAll();
    registry.schema('prod.nowhere');
    await explorer.refresh();
    expect(opened).toHaveBeenCalledExactlyOnceWith(null);
    expect(keys()).toEqual(['catalog:prod', 'workspace']);
  });
});

describe('bindSelection', () => {
  let model: Model;

  beforeEach(async () => {
    model = new Model();
    explorer.show();
    void explorer.openNamespace('prod.ml');
    await vi.waitFor(() => expect(keys()).toContain('model:prod.ml.fraud'));
    explorer.expand(explorer.state().rows.find(row => row.key === 'model:prod.ml.fraud')!);
    await vi.waitFor(() => expect(keys()).toContain('version:prod.ml.fraud/3'));
  });

  it('tells Python of models and versions, and of nothing else', () => {
    bindSelection(explorer, model);
    explorer.select('model:prod.ml.fraud');
    explorer.select('version:prod.ml.fraud/3');
    explorer.select('catalog:prod');
    explorer.select('workspace');
    expect(model.saved).toEqual(['prod.ml.fraud', 'prod.ml.fraud/3', null]);
  });

  it('shows what Python selects wherever it is, without telling it back', async () => {
    bindSelection(explorer, model);
    model.set('selected', 'prod.ml.fraud/2');
    await vi.waitFor(() => expect(explorer.state().selected).toBe('version:prod.ml.fraud/2'));
    explorer.collapseAll();
    model.set('selected', 'prod.ops.load');
    await vi.waitFor(() => expect(explorer.state().selected).toBe('model:prod.ops.load'));
    expect(keys()).toContain('model:prod.ops.load');
    model.set('selected', 'not.on.screen');
    await vi.waitFor(() => expect(explorer.state().selected).toBe('model:not.on.screen'));
    expect(model.saved).toEqual([]);
    expect(model.traits.selected).toBe('not.on.screen');
  });

  it('begins with what is selected already', async () => {
    model.traits.selected = 'iris';
    bindSelection(explorer, model);
    await vi.waitFor(() => expect(explorer.state().selected).toBe('model:iris'));
  });

  it('stops when told to', () => {
    bindSelection(explorer, model)();
    explorer.select('model:prod.ml.fraud');
    model.set('selected', 'iris');
    expect(model.saved).toEqual([]);
    expect(explorer.state().selected).toBe('model:prod.ml.fraud');
  });
});

describe('the element', () => {
  it('keeps letters and right clicks from the notebook, and leaves it shortcuts and Escape', () => {
    const notebook = document.body.appendChild(document.createElement('div'));
    const el = notebook.appendChild(document.createElement('div'));
    const dialog = el.appendChild(document.createElement('dialog'));
    const heard = vi.fn();
    ['keydown', 'contextmenu'].forEach(type => notebook.addEventListener(type, () => void heard(type)));
    const stop = keepEvents(el);
    const key = (on: HTMLElement, init: KeyboardEventInit): boolean =>
      on.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true }));
    key(el, { key: 'x' });
    key(dialog, { key: 'Escape' });
    el.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true }));
    expect(heard).not.toHaveBeenCalled();
    key(el, { key: 's', ctrlKey: true });
    key(el, { key: 'Escape' });
    expect(heard).toHaveBeenCalledTimes(2);
    stop();
    key(el, { key: 'x' });
    expect(heard).toHaveBeenCalledTimes(3);
    notebook.remove();
  });

  it('tells the client when its kernel goes', async () => {
    const model = new Model();
    const client = new CommClient(model);
    const el = document.createElement('div');
    const changed = vi.fn();
    const stop = watchKernel(el, model, client, changed);
    el.classList.add('jupyter-widgets-disconnected');
    model.tell('comm_live_update');
    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
    await expect(client.call('history.last', {})).rejects.toMatchObject({ hint: 'Run the cell of this output again.' });
    stop();
    client.dispose();
  });
});
