import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { ExplorerStore } from '../../src/explorer/explorerStore';
import { ExplorerView } from '../../src/explorer/ExplorerView';
import { HostProvider } from '../../src/host/host';
import { keyAction, rowTyped } from '../../src/explorer/keyboard';
import type { Row } from '../../src/explorer/rows';
import { indexesInSight } from '../../src/explorer/Tree';
import { FakeHost } from '../support/fakeHost';

/** jsdom lays nothing out, so there is nothing to observe. */
class NoResizes {
  observe(): void {}
  disconnect(): void {}
}

let client: FakeClient;
let host: FakeHost;
let explorer: ExplorerStore;

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', NoResizes);
  client = new FakeClient();
  host = new FakeHost(client);
  explorer = new ExplorerStore(client);
});

afterEach(() => {
  cleanup();
  explorer.dispose();
});

async function shown(): Promise<void> {
  render(
    <HostProvider value={host}>
      <ExplorerView explorer={explorer} />
    </HostProvider>
  );
  await act(async () => {
    explorer.show();
    await explorer.refresh();
  });
}

async function press(key: string): Promise<void> {
  await act(async () => {
    fireEvent.keyDown(screen.getByRole('tree'), { key });
    await Promise.resolve();
  });
}

function selected(): string | null {
  return (
    screen
      .getAllByRole('treeitem')
      .find(each => each.getAttribute('aria-selected') === 'true')
      ?.querySelector('.mreg-label')?.textContent ?? null
  );
}

describe('the trash at the foot of the tree', () => {
  it('says how much is in it, as it changes, and leads there', async () => {
    client.model('prod.ml.fraud', 1);
    await shown();
    expect(screen.queryByRole('button', { name: /^Trash/ })).toBeNull();
    await act(async () => {
      client.trashed.push({
        kind: 'model',
        id: 1,
        name: 'x',
        version: null,
        versions: 1,
        size: 0,
        deleted_at: 0,
        deleted_by: 'ana'
      });
      client.drop('prod.ml.fraud');
      await explorer.refresh();
    });
    fireEvent.click(screen.getByRole('button', { name: 'Trash (1)' }));
    expect(host.opened).toEqual(['trash:']);
  });
});

describe('the view', () => {
  it('goes through the tree by keys and tells a screen reader where it is', async () => {
    client.model('prod.ml.fraud', 0);
    client.model('staging.x.y', 0);
    await shown();
    await press('Home');
    expect(selected()).toBe('prod');
    await press('ArrowRight');
    expect(await screen.findByText('ml')).toBeTruthy();
    await press('ArrowRight');
    expect(selected()).toBe('ml');
    const item = screen.getByRole('treeitem', { selected: true });
    expect(item.getAttribute('aria-level')).toBe('2');
    expect(screen.getByRole('tree').getAttribute('aria-activedescendant')).toBe(item.id);
    await press('s');
    expect(selected()).toBe('staging');
    await press('ArrowUp');
    await press('ArrowLeft');
    expect(selected()).toBe('prod');
    await press('Enter');
    expect(screen.queryByText('ml')).toBeNull();
  });

  it('leaves shortcuts of the page alone', async () => {
    client.catalog('prod');
    await shown();
    const taken = !fireEvent.keyDown(screen.getByRole('tree'), { key: 's', ctrlKey: true });
    expect(taken).toBe(false);
  });

  it('shows any name as text', async () => {
    const name = '<b onclick="x">bold</b> שלום 🦊';
    client.model(name, 0);
    await shown();
    await press('Home');
    await press('Enter');
    expect(await screen.findByText(name)).toBeTruthy();
    expect(document.querySelector('b')).toBeNull();
  });

  it('opens the page of a model or version by Enter or a double click', async () => {
    client.model('fraud', 2);
    await shown();
    await press('Home');
    await press('ArrowRight');
    await press('ArrowRight');
    await press('Enter');
    await press(' ');
    fireEvent.doubleClick(await screen.findByText('v2'));
    expect(host.opened).toEqual(['fraud', 'fraud/2']);
  });

  it('offers what can be done with the row under the mouse', async () => {
    client.model('prod.ml.fraud');
    await shown();
    await press('Home');
    fireEvent.contextMenu(screen.getByText('prod'));
    fireEvent.click(screen.getByRole('menuitem', { name: 'Describe…' }));
    expect(host.asked).toEqual([{ kind: 'describe', target: { kind: 'catalog', name: 'prod' } }]);
  });

  it('offers the same by the keyboard, for the selected row', async () => {
    client.model('prod.ml.fraud');
    await shown();
    await press('Home');
    await act(async () => {
      fireEvent.keyDown(screen.getByRole('tree'), { key: 'F10', shiftKey: true });
    });
    expect(screen.getByRole('menu', { name: 'Actions for prod' })).toBeTruthy();
  });

  it('drags a model as the code that loads it, and an alias as that one', async () => {
    client.model('fraud', 2, { Champion: 1, next: 2 });
    client.model('iris', 2, { later: 2 });
    await shown();
    await press('Home');
    await press('ArrowRight');
    const dragged = (name: string): string => {
      const data = new Map<string, string>();
      const dataTransfer = { setData: (kind: string, text: string) => data.set(kind, text) };
      fireEvent.dragStart(screen.getByText(name), { dataTransfer });
      return data.get('text/plain') ?? 'nothing';
    };
    expect(dragged('fraud')).toBe('import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/fraud@Champion")');
    expect(dragged('@Champion v1')).toBe('import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/fraud@Champion")');
    expect(dragged('@later v2')).toBe('import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/iris@later")');
    expect(dragged('Workspace models')).toBe('nothing');
  });

  it('registers and makes things where the selected row is', async () => {
    client.schema('prod.ml');
    await shown();
    await press('Home');
    await press('ArrowRight');
    await screen.findByText('ml');
    await press('ArrowRight');
    for (const name of ['Register a model…', 'New model…', 'New schema…', 'New catalog…']) {
      fireEvent.click(screen.getByRole('button', { name: 'New' }));
      fireEvent.click(await screen.findByRole('menuitem', { name }));
    }
    expect(host.asked).toEqual([
      { kind: 'register', namespace: 'prod.ml' },
      { kind: 'create', what: 'model', within: 'prod.ml' },
      { kind: 'create', what: 'schema', within: 'prod' },
      { kind: 'create', what: 'catalog' }
    ]);
  });

  it('says how to begin when there is nothing', async () => {
    await shown();
    expect(screen.getByText('No models yet')).toBeTruthy();
    expect(screen.getByText(/%modelreg register/)).toBeTruthy();
    fireEvent.click(screen.getByText('Register a model'));
    expect(host.asked).toEqual([{ kind: 'register' }]);
  });
});

describe('keys', () => {
  const rows: Row[] = ['alpha', 'beta', 'gamma'].map((name, at) => ({
    type: 'node',
    key: `workspace:${name}`,
    depth: 0,
    node: {
      kind: 'catalog',
      key: name,
      item: {
        id: at,
        name,
        description: null,
        owner: '',
        created_at: 0,
        created_by: '',
        updated_at: 0,
        updated_by: ''
      }
    },
    expanded: false,
    position: at + 1,
    siblings: 3
  }));
  const none: Row = { type: 'none', key: 'none', depth: 1, text: '' };

  it('step over rows that say something only, and stop at the ends', () => {
    expect(keyAction('ArrowDown', [rows[0]!, none, rows[1]!], 0, 5)).toEqual({ do: 'select', at: 2 });
    expect(keyAction('ArrowUp', rows, 0, 5)).toEqual({ do: 'none' });
    expect(keyAction('End', [...rows, none], 0, 5)).toEqual({ do: 'select', at: 2 });
    expect(keyAction('PageDown', rows, 0, 50)).toEqual({ do: 'select', at: 2 });
    expect(keyAction('PageUp', rows, 2, 50)).toEqual({ do: 'select', at: 0 });
    expect(keyAction('ArrowDown', rows, -1, 5)).toEqual({ do: 'select', at: 0 });
  });

  it('find a row by what is typed, round the end', () => {
    expect(rowTyped(rows, 0, 'g')).toBe(2);
    expect(rowTyped(rows, 2, 'A')).toBe(0);
    expect(rowTyped(rows, 1, 'be')).toBe(1);
    expect(rowTyped(rows, 1, 'x')).toBe(-1);
  });
});

describe('what is drawn', () => {
  it('is what is in sight and a little more, and always the selected row', () => {
    expect(indexesInSight(0, 240, 5000, -1)).toHaveLength(22);
    const drawn = indexesInSight(24 * 1000, 240, 5000, 3);
    expect(drawn).toHaveLength(35);
    expect(drawn).toContain(1000);
    expect(drawn.at(-1)).toBe(3);
    expect(indexesInSight(0, 240, 0, 7)).toEqual([]);
  });
});

it.each([1_764_205_200_000_000, -1, Number.NaN])('shows a version whose time is %d, and the others', async time => {
  client.model('odd', 2);
  const versions = client.versions.get('odd')!;
  versions[0] = { ...versions[0]!, created_at: time };
  await shown();
  for (const key of ['workspace', 'model:odd']) {
    const row = explorer.state().rows.find(each => each.key === key)!;
    await act(async () => explorer.expand(row));
  }
  expect(await screen.findByText(`${time} (implausible)`)).toBeTruthy();
  expect(screen.getByText('v2')).toBeTruthy();
});
