import { describe, expect, it } from 'vitest';

import { contentsPath } from '../../src/lab/opener/place';

describe('where the server shows a file', () => {
  it.each([
    ['/home/ana/cards/fraud.ipynb', '/home/ana', 'cards/fraud.ipynb'],
    ['/home/ana/cards/fraud.ipynb', '/home/ana/', 'cards/fraud.ipynb'],
    ['/home/ana//cards/./fraud.ipynb', '/home/ana', 'cards/fraud.ipynb'],
    ['/fraud.ipynb', '/', 'fraud.ipynb'],
    ['cards/fraud.ipynb', '/home/ana', 'cards/fraud.ipynb'],
    ['fraud.ipynb', '', 'fraud.ipynb'],
    ['c:\\Users\\ana\\fraud.ipynb', 'C:/Users/ana', 'fraud.ipynb'],
    ['cards\\fraud.ipynb', 'C:/Users/ana', 'cards/fraud.ipynb'],
    ['/home/ana/a\\b.ipynb', '/home/ana', 'a\\b.ipynb']
  ])('finds %s below %s', (path, root, found) => {
    expect(contentsPath(path, root)).toBe(found);
  });

  it.each([
    ['/home/anabel/fraud.ipynb', '/home/ana'],
    ['/home/ana', '/home/ana'],
    ['/home/ana/../ben/fraud.ipynb', '/home/ana'],
    ['../ben/fraud.ipynb', '/home/ana'],
    ['/home/ana/fraud.ipynb', ''],
    ['D:\\cards\\fraud.ipynb', 'C:\\cards'],
    ['', '/home/ana']
  ])('does not find %s below %s', (path, root) => {
    expect(contentsPath(path, root)).toBeNull();
  });
});
