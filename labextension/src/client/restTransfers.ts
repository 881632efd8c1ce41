import { type RestClient, withXsrf } from './rest';
import type { FileRequest, Imported, ImportReport, ImportRequest, MadeFile, Transfers } from './transfers';
import type { Progress } from './client';

/** Bytes of an upload that go in one request: what a proxy lets through, and often enough to show how far it is. */
const PIECE = 4 << 20;

type OnProgress = (progress: Progress) => void;

/** Transfers through the Jupyter server; its tests hold what travels. */
export class RestTransfers implements Transfers {
  constructor(private readonly client: RestClient) {}

  async make({ kind, ...params }: FileRequest, signal: AbortSignal, onProgress: OnProgress): Promise<MadeFile> {
    return (await this.post(kind, params, signal, onProgress)) as MadeFile;
  }

  downloadUrl(token: string): string {
    return withXsrf(this.client.address(`transfers/files/${token}`));
  }

  async upload(file: File, signal: AbortSignal, onProgress: OnProgress): Promise<string> {
    const { name, size } = file;
    const { token } = (await this.post('uploads', { name, size }, signal)) as { token: string };
    const what = `Uploading ${name}`;
    try {
      for (let at = 0; at < size; at += PIECE) {
        onProgress({ what, done: at, total: size, unit: 'bytes' });
        const init = { method: 'PUT', body: file.slice(at, at + PIECE), signal };
        await this.client.ask(`transfers/files/${token}?at=${at}`, init);
      }
    } catch (error) {
      this.discard(token);
      throw error;
    }
    return token;
  }

  async import(request: ImportRequest, signal: AbortSignal, onProgress: OnProgress): Promise<Imported> {
    const init = { method: 'POST', body: JSON.stringify(request), signal };
    const { result, unit } = await this.client.change('transfers/import', init, onProgress);
    return { report: result as ImportReport, unit };
  }

  discard(token: string): void {
    this.client.ask(`transfers/files/${token}`, { method: 'DELETE' }).catch((error: unknown) => {
      // Nobody has to do anything about it: the server removes what is not asked for.
      console.warn('an uploaded file could not be removed yet', error);
    });
  }

  private post(what: string, params: object, signal: AbortSignal, onProgress?: OnProgress): Promise<unknown> {
    return this.client.ask(`transfers/${what}`, { method: 'POST', body: JSON.stringify(params), signal }, onProgress);
  }
}
