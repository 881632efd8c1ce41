import { type Contents, ServerConnection } from '@jupyterlab/services';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { asText, localPath, placeOf, VersionDrive } from '../../src/lab/opener/drive';
import { FakeClient } from '../support/fakeClient';

const VERSION = 'prod.ml.fraud/1';
const FILES: Record<string, Uint8Array> = {
  MLmodel: new TextEncoder().encode('größe: 1'),
  'data/model.bin': new Uint8Array([0, 255, 1])
};

let client: FakeClient;
let settings: ServerConnection.ISettings;
let drive: VersionDrive;
let asked: string[];

beforeEach(() => {
  client = new FakeClient();
  client.model('prod.ml.fraud', 1);
  const files = Object.entries(FILES).map(
    ([path, bytes]) => ({ path, size: bytes.length, sha256: 'ab', kind: 'file' }) as const
  );
  client.files.set(VERSION, files);
  const past = new FakeClient();
  past.model('prod.ml.old', 1);
  past.files.set('prod.ml.old/1', files);
  client.past.set(1764288000000, past);
  asked = [];
  const answer = (url: RequestInfo | URL): Promise<Response> => {
    const address = (url instanceof Request ? url.url : String(url)).replace(/[?&]\d+$/, '');
    asked.push(address);
    const path = /\/files\/[^/]*\/1\/([^?]*)/.exec(address)?.[1] ?? '';
    return Promise.resolve(new Response(FILES[path]?.slice().buffer));
  };
  settings = ServerConnection.makeSettings({ baseUrl: 'http://here/user/', fetch: vi.fn(answer) });
  drive = new VersionDrive(Object.assign(client, { uri: null }), settings);
});

describe('the files of a version as a drive', () => {
  it('are read, and cannot be written', async () => {
    const found = await drive.get(`${VERSION}/MLmodel`, { content: true, format: 'text' });
    expect(found).toMatchObject({
      name: 'MLmodel',
      type: 'file',
      format: 'text',
      content: 'größe: 1',
      writable: false
    });
    expect(asked).toEqual(['http://here/user/modelreg/files/prod.ml.fraud/1/MLmodel']);
    await expect((drive as Contents.IDrive).save(`${VERSION}/MLmodel`)).rejects.toThrow('cannot be changed');
    await expect((drive as Contents.IDrive).delete(`${VERSION}/MLmodel`)).rejects.toThrow('cannot be changed');
  });

  it('are no text when they are not', async () => {
    const place = `${VERSION}/data/model.bin`;
    await expect(drive.get(place, { content: true, format: 'text' })).rejects.toThrow('is not text');
    expect(await drive.get(place, { content: true })).toMatchObject({ format: 'base64', content: 'AP8B' });
    expect(await drive.get(place, { content: false })).toMatchObject({ content: null, size: 3 });
    expect(asText(new Uint8Array([0xff, 0xfe]))).toBeNull();
  });

  it('lie in folders', async () => {
    const names = async (place: string): Promise<unknown> =>
      ((await drive.get(place)).content as { name: string; type: string }[]).map(each => [each.name, each.type]);
    expect(await names(VERSION)).toEqual([
      ['MLmodel', 'file'],
      ['data', 'directory']
    ]);
    expect(await names(`${VERSION}/data`)).toEqual([['model.bin', 'file']]);
    await expect(drive.get(`${VERSION}/nothing`)).rejects.toThrow('is no file');
    expect(placeOf(`${VERSION}/data/model.bin`)).toEqual({ reference: VERSION, path: 'data/model.bin', moment: null });
  });

  it('are found by the name that a model had then', async () => {
    const then = localPath({ reference: 'prod.ml.old/1', path: 'MLmodel', moment: 1764288000000 });
    await expect(drive.get('prod.ml.old/1/MLmodel')).rejects.toThrow('no version');
    expect(await drive.get(then, { content: true })).toMatchObject({ name: 'MLmodel', path: then, size: 10 });
    expect(asked).toEqual(['http://here/user/modelreg/files/prod.ml.old/1/MLmodel?as_of=1764288000000']);
    expect(placeOf(then).moment).toBe(1764288000000);
    drive = new VersionDrive(Object.assign(client, { uri: 'modelreg:////b' }), settings);
    expect(await drive.getDownloadUrl(then)).toMatch(/\?registry=.*&as_of=1764288000000/);
  });
});
