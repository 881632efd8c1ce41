import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeClient } from '../src/client/fake';
import { Explorer } from '../src/ui/explorer';
import type { Traits, WidgetModel } from '../src/widget/model';
import { openNamespace } from '../src/widget/opening';
import { bindSelection } from '../src/widget/selection';

/** A widget's model with Python at the other end: `saved` is what Python would get. */
class Model implements WidgetModel {
  readonly saved: (string | null)[] = [];
  readonly traits: Traits = { selected: null, namespace: null };
  private readonly listeners = new Set<(content?: unknown) => void>();

  get<K extends keyof Traits>(name: K): Traits[K] {
    return this.traits[name];
  }
  set<K extends keyof Traits>(name: K, value: Traits[K]): void {
    this.traits[name] = value;
    this.listeners.forEach(each => each());
  }
  save_changes(): void {
    this.saved.push(this.traits.selected);
  }
  send(): void {
    throw new Error('the selection sends no messages');
  }
  on(_event: string, listener: (content?: unknown) => void): void {
    this.listeners.add(listener);
  }
  off(_event: string, listener: (content?: unknown) => void): void {
    this.listeners.delete(listener);
  }
}

let registry: FakeClient;
let explorer: Explorer;

beforeEach(() => {
  registry = new FakeClient();
  registry.model('prod.ml.fraud', 3);
  registry.model('prod.ops.load');
  registry.model('iris');
  explorer = new Explorer(registry);
});

afterEach(() => explorer.dispose());

const keys = (): string[] => explorer.state().rows.map(row => row.key);

describe('openNamespace', () => {
  it('opens the catalog and then the schema', async () => {
    const opened = vi.fn();
    openNamespace(explorer, 'prod.ops', opened);
    explorer.show();
    await vi.waitFor(() => expect(keys()).toContain('model:prod.ops.load'));
    expect(opened).toHaveBeenCalledExactlyOnceWith(2);
    expect(keys()).toEqual(['catalog:prod', 'schema:prod.ml', 'schema:prod.ops', 'model:prod.ops.load', 'workspace']);
  });

  it('opens a catalog alone', async () => {
    openNamespace(explorer, 'prod', () => undefined);
    explorer.show();
    await vi.waitFor(() => expect(keys()).toEqual(['catalog:prod', 'schema:prod.ml', 'schema:prod.ops', 'workspace']));
  });

  it('looks for it on later pages', async () => {
    for (let at = 0; at < 150; at++) {
      registry.schema(`prod.a${String(at).padStart(3, '0')}`);
    }
    const opened = vi.fn();
    openNamespace(explorer, 'prod.ops', opened);
    explorer.show();
    await vi.waitFor(() => expect(keys()).toContain('model:prod.ops.load'));
    expect(opened).toHaveBeenCalledExactlyOnceWith(152);
  });

  it('gives up on what is not there, and leaves alone what the user closes again', async () => {
    const opened = vi.fn();
    openNamespace(explorer, 'prod.nowhere', opened);
    explorer.show();
    await vi.waitFor(() => expect(keys()).toContain('schema:prod.ops'));
    explorer.collapseAll();
    registry.schema('prod.nowhere');
    await explorer.refresh();
    expect(opened).not.toHaveBeenCalled();
    expect(keys()).toEqual(['catalog:prod', 'workspace']);
  });
});

describe('bindSelection', () => {
  let model: Model;

  beforeEach(async () => {
    model = new Model();
    explorer.show();
    openNamespace(explorer, 'prod.ml', () => undefined);
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

  it('shows what Python selects, without telling it back', () => {
    bindSelection(explorer, model);
    model.set('selected', 'prod.ml.fraud/2');
    expect(explorer.state().selected).toBe('version:prod.ml.fraud/2');
    model.set('selected', 'not.on.screen');
    expect(explorer.state().selected).toBe('model:not.on.screen');
    expect(model.saved).toEqual([]);
    expect(model.traits.selected).toBe('not.on.screen');
  });

  it('begins with what is selected already', () => {
    model.traits.selected = 'prod.ml.fraud';
    bindSelection(explorer, model);
    expect(explorer.state().selected).toBe('model:prod.ml.fraud');
  });

  it('stops when told to', () => {
    bindSelection(explorer, model)();
    explorer.select('model:prod.ml.fraud');
    model.set('selected', 'iris');
    expect(model.saved).toEqual([]);
    expect(explorer.state().selected).toBe('model:prod.ml.fraud');
  });
});
