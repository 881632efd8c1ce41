import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { FolderEntry, FolderListing, ServerFolders } from '../../src/host/host';
import { FakeClient } from '../support/fakeClient';
import { choose, field, open, press, shownLine, type, wait } from '../support/dialogHost';

const MODEL = 'prod.ml_team.fraud';

/** What is where: `name/` is a folder; one that holds an MLmodel has the flavor sklearn. */
const TREE: Readonly<Record<string, readonly string[]>> = {
  '': ['models/', 'empty/', 'notes.md'],
  models: ['forest/', 'tried/', 'about.md'],
  'models/forest': ['data/', 'MLmodel'],
  'models/forest/data': [],
  'models/tried': ['log.txt'],
  empty: []
};

class FakeFolders implements ServerFolders {
  readonly listed: string[] = [];

  list(path: string): Promise<FolderListing> {
    this.listed.push(path);
    const names = TREE[path];
    if (!names) {
      return Promise.reject(new Error(`no folder ${path}`));
    }
    const entries = names.map((each): FolderEntry => {
      const name = each.replace('/', '');
      return { name, path: path === '' ? name : `${path}/${name}`, isFolder: each.endsWith('/') };
    });
    return Promise.resolve({ entries, model: names.includes('MLmodel') ? ['sklearn'] : null });
  }

  absolute(path: string): string {
    return path === '' ? '/home/ana' : `/home/ana/${path}`;
  }

  relative(folder: string): string | null {
    return folder === '/home/ana' ? '' : folder.startsWith('/home/ana/') ? folder.slice(10) : null;
  }
}

let client: FakeClient;
let folders: FakeFolders;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(MODEL, 3);
  folders = new FakeFolders();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function browsing(source?: string): Promise<HTMLElement> {
  await open(client, { kind: 'register', model: MODEL, ...(source !== undefined && { source }) }, {}, { folders });
  if (source === undefined) {
    await choose('Folder or URI');
  }
  return screen.getByRole('listbox', { name: 'Folders' });
}

const shown = (): string[] => screen.getAllByRole('option').map(each => each.textContent);
const trail = (): string => screen.getByRole('navigation', { name: 'Folder' }).textContent;
const active = (): string | undefined =>
  screen.getAllByRole('option').find(each => each.getAttribute('aria-selected') === 'true')?.textContent;

async function key(list: HTMLElement, ...names: string[]): Promise<void> {
  for (const name of names) {
    fireEvent.keyDown(list, { key: name });
    await wait(300);
  }
}

describe('the folders of the machine', () => {
  it('are shown with what is a model marked, and a model is chosen by a click', async () => {
    await browsing();
    expect(shown()).toEqual(['models', 'empty', 'notes.md']);
    fireEvent.click(screen.getByText('models'));
    await wait(300);
    expect(trail()).toBe('ana/models');
    expect(shown()).toEqual(['forestmodel · sklearn', 'tried', 'about.md']);
    fireEvent.click(screen.getByText('forest'));
    await wait(300);
    expect(field('Path or URI').value).toBe('/home/ana/models/forest');
    expect(shownLine()).toBe(`%modelreg register /home/ana/models/forest ${MODEL}`);
  });

  it('are walked through by keys', async () => {
    const list = await browsing();
    list.focus();
    await wait();
    expect(active()).toBe('models');
    await key(list, 'ArrowDown', 'ArrowDown');
    expect(active()).toBe('empty');
    await key(list, 'Enter');
    expect(trail()).toBe('ana/empty');
    expect(screen.getByText('This folder is empty')).toBeTruthy();
    await key(list, 'Backspace');
    expect(active()).toBe('empty');
    await key(list, 'Home', 'ArrowRight', 'Enter');
    expect(field('Path or URI').value).toBe('/home/ana/models/forest');
    await key(list, 'ArrowRight');
    expect(trail()).toBe('ana/models/forest');
    await key(list, 'ArrowLeft');
    expect(active()).toContain('forest');
  });

  it('begin at the folder that was asked for, which may be no model', async () => {
    await browsing('/home/ana/models/tried');
    expect(trail()).toBe('ana/models/tried');
    expect(screen.getByText('This folder is no model: it has no MLmodel file.')).toBeTruthy();
    await press('models');
    expect(shown()).toEqual(['forestmodel · sklearn', 'tried', 'about.md']);
  });

  it('say when the one in sight is a model itself', async () => {
    await browsing('/home/ana/models/forest');
    expect(screen.getByText(/This folder is a model/).textContent).toBe('This folder is a model (sklearn). ');
    await type('Path or URI', 's3://bucket/model');
    await press('Choose it');
    expect(field('Path or URI').value).toBe('/home/ana/models/forest');
  });

  it('that cannot be read say so', async () => {
    await browsing('/home/ana/gone');
    expect(screen.getByRole('alert').textContent).toContain('No folder gone');
    await press('ana');
    expect(shown()).toEqual(['models', 'empty', 'notes.md']);
  });

  it('are not offered where there is no server to show them', async () => {
    await open(client, { kind: 'register', model: MODEL });
    await choose('Folder or URI');
    expect(screen.queryByRole('listbox', { name: 'Folders' })).toBeNull();
  });
});
