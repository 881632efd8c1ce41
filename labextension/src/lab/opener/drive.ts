import { type Contents, ServerConnection } from '@jupyterlab/services';
import { URLExt } from '@jupyterlab/coreutils';
import { Signal } from '@lumino/signaling';

import type { Client, Registries } from '../../client/client';
import { registryQuery, withXsrf } from '../../client/rest';

/** What JupyterLab's paths to our files begin with. */
export const DRIVE = 'modelreg';
/** More bytes than this are not shown, since the whole file would be in the page. */
const MOST_BYTES = 50 << 20;
const READ_ONLY = 'The files of a version cannot be changed: its manifest holds their hashes';

/** The place of a file of a version in the drive. */
export interface Place {
  /** `prod.risk.fraud/3` */
  readonly reference: string;
  /** Below the folder of the version; empty for that folder. */
  readonly path: string;
  /** The moment at which the version was called that, in epoch milliseconds; null for now. */
  readonly moment: number | null;
}

/** Begins the way to what was called that once; no model has a colon in its name. */
const THEN = /^as-of:(\d+)\//;

/** Where `localPath` (`prod.risk.fraud/3/data/MLmodel`, `as-of:1764288000000/prod.risk.fraud/…`) leads. */
export function placeOf(localPath: string): Place {
  const then = THEN.exec(localPath);
  const [model = '', version = '', ...rest] = localPath.slice(then?.[0].length ?? 0).split('/');
  return { reference: `${model}/${version}`, path: rest.join('/'), moment: then === null ? null : Number(then[1]) };
}

/** What leads to `place`. */
export function localPath({ reference, path, moment }: Place): string {
  return `${moment === null ? '' : `as-of:${moment}/`}${reference}/${path}`;
}

/** The files of versions, as a drive of JupyterLab whose viewers read from it; nothing can be written. */
export class VersionDrive implements Contents.IDrive {
  readonly name = DRIVE;
  readonly fileChanged = new Signal<this, Contents.IChangedArgs>(this);
  isDisposed = false;

  constructor(
    private readonly client: Client & Pick<Registries, 'uri'>,
    readonly serverSettings: ServerConnection.ISettings
  ) {}

  dispose(): void {
    this.isDisposed = true;
    Signal.clearData(this);
  }

  async get(localPath: string, options?: Contents.IFetchOptions): Promise<Contents.IModel> {
    const { reference, path, moment } = placeOf(localPath);
    const client = moment === null ? this.client : this.client.at(moment);
    const [version, files] = await Promise.all([
      client.call('versions.get', { reference }),
      client.call('versions.files', { reference })
    ]);
    const time = new Date(version.created_at).toISOString();
    const entry = files.find(each => each.path === path && each.kind !== 'folder');
    const common = { name: path.split('/').pop() ?? '', path: localPath, created: time, last_modified: time };
    if (!entry) {
      return this.folder(localPath, path, common, files);
    }
    const content = options?.content === false ? null : await this.content(localPath, entry.size, options);
    return {
      ...common,
      writable: false,
      size: entry.size,
      hash: entry.sha256,
      hash_algorithm: 'sha256',
      type: options?.type === 'notebook' ? 'notebook' : 'file',
      mimetype: content?.mimetype ?? 'application/octet-stream',
      format: content?.format ?? null,
      content: (content?.content ?? null) as unknown
    };
  }

  /** The address from which the browser itself can save the file. */
  getDownloadUrl(localPath: string): Promise<string> {
    return Promise.resolve(withXsrf(this.address(localPath)));
  }

  newUntitled = readOnly;
  delete = readOnly;
  rename = readOnly;
  save = readOnly;
  copy = readOnly;
  createCheckpoint = readOnly;
  restoreCheckpoint = readOnly;
  deleteCheckpoint = readOnly;

  listCheckpoints(): Promise<Contents.ICheckpointModel[]> {
    return Promise.resolve([]);
  }

  private address(localPath: string): string {
    const { reference, path, moment } = placeOf(localPath);
    const parts = URLExt.encodeParts(`${reference}/${path}`);
    const file = `${URLExt.join(this.serverSettings.baseUrl, 'modelreg/files', parts)}${registryQuery(this.client.uri)}`;
    return moment === null ? file : `${file}${file.includes('?') ? '&' : '?'}as_of=${moment}`;
  }

  /** What the file holds, as text unless it is asked for or can only be had in another way. */
  private async content(
    localPath: string,
    size: number,
    options?: Contents.IFetchOptions
  ): Promise<Pick<Contents.IModel, 'content' | 'format' | 'mimetype'>> {
    if (size > MOST_BYTES) {
      throw new Error(`${localPath} has ${size.toLocaleString('en')} bytes, too many to be shown`);
    }
    const answer = await ServerConnection.makeRequest(this.address(localPath), {}, this.serverSettings);
    if (!answer.ok) {
      throw await ServerConnection.ResponseError.create(answer);
    }
    const mimetype = answer.headers.get('Content-Type') ?? 'application/octet-stream';
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (options?.format === 'base64') {
      return { content: base64(bytes), format: 'base64', mimetype };
    }
    const text = asText(bytes);
    if (text === null) {
      if (options?.format === 'text' || options?.type === 'notebook') {
        throw new Error(`${localPath} is not text`);
      }
      return { content: base64(bytes), format: 'base64', mimetype };
    }
    return options?.type === 'notebook'
      ? { content: JSON.parse(text) as unknown, format: 'json', mimetype }
      : { content: text, format: 'text', mimetype };
  }

  private folder(
    localPath: string,
    path: string,
    common: Pick<Contents.IModel, 'name' | 'path' | 'created' | 'last_modified'>,
    files: readonly { readonly path: string; readonly kind: string }[]
  ): Contents.IModel {
    const prefix = path === '' ? '' : `${path}/`;
    const below = files.filter(each => each.path.startsWith(prefix) || each.path === path);
    if (below.length === 0) {
      throw new Error(`${localPath} is no file of this version`);
    }
    const folder = { writable: false, format: null, content: null, mimetype: '' };
    const names = new Map<string, boolean>();
    for (const each of below.filter(file => file.path.length > prefix.length)) {
      const [name = '', ...rest] = each.path.slice(prefix.length).split('/');
      names.set(name, rest.length > 0 || each.kind === 'folder');
    }
    const content = [...names].map(([name, isFolder]): Contents.IModel => ({
      ...common,
      ...folder,
      name,
      path: `${localPath}/${name}`,
      type: isFolder ? 'directory' : 'file'
    }));
    return { ...common, ...folder, type: 'directory', format: 'json', content };
  }
}

/** `bytes` as text; null when they are none. */
export function asText(bytes: Uint8Array): string | null {
  try {
    return bytes.includes(0) ? null : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) {
      return null;
    }
    throw error;
  }
}

function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // A call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return btoa(pieces.join(''));
}

function readOnly(): Promise<never> {
  return Promise.reject(new Error(READ_ONLY));
}
