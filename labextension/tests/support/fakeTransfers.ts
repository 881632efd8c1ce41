import { type Progress, RegistryError } from '../../src/client/client';
import type { FileRequest, Imported, ImportRequest, MadeFile, Skipped, Transfers } from '../../src/client/transfers';

/** Transfers that remember what was asked of them; each waits until `go` is called when `held`. */
export class FakeTransfers implements Transfers {
  readonly made: FileRequest[] = [];
  readonly imported: ImportRequest[] = [];
  readonly uploaded: string[] = [];
  readonly discarded: string[] = [];
  skipped: readonly Skipped[] = [];
  /** How many versions are new. */
  fresh = 2;
  leftOut: readonly string[] = [];
  failure: RegistryError | null = null;
  held = false;
  go: () => void = () => undefined;

  async make(request: FileRequest, signal: AbortSignal, onProgress: (news: Progress) => void): Promise<MadeFile> {
    this.made.push(request);
    onProgress({ what: 'Writing model files', done: 1_000_000, total: 4_000_000, unit: 'bytes' });
    await this.gate(signal);
    const { path } = request;
    const made = { name: 'made.zip', path, token: path === null ? 'secret' : null, versions: 2, files: 5, size: 2048 };
    return request.kind === 'export' ? { ...made, models: 1 } : { ...made, left_out: this.leftOut };
  }

  downloadUrl(token: string): string {
    return `#downloaded-${token}`;
  }

  async upload(file: File, signal: AbortSignal): Promise<string> {
    this.uploaded.push(file.name);
    await this.gate(signal);
    return `token of ${file.name}`;
  }

  async import(request: ImportRequest, signal: AbortSignal, onProgress: (n: Progress) => void): Promise<Imported> {
    this.imported.push(request);
    onProgress({ what: 'Importing versions', done: 1200, total: 4000, unit: 'versions' });
    await this.gate(signal);
    const none = { imported: 0, there: 0, skipped: 0 };
    const report = {
      source: request.source ?? 'friend.zip',
      into: request.into,
      dry_run: request.dry_run,
      models: { ...none, imported: Math.min(this.fresh, 1) },
      prompts: none,
      versions: { imported: this.fresh, there: 1, skipped: this.skipped.length },
      skipped: this.skipped
    };
    return { report, unit: request.dry_run ? null : 41 };
  }

  discard(token: string): void {
    this.discarded.push(token);
  }

  private async gate(signal: AbortSignal): Promise<void> {
    if (this.held) {
      await new Promise<void>((resolve, reject) => {
        this.go = resolve;
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    }
    if (this.failure) {
      throw this.failure;
    }
  }
}
