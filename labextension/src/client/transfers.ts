import type { Progress } from './client';

/** What of the registry goes into an archive, or all of it into a backup, and where the file is to be. */
export type FileRequest =
  | { readonly kind: 'export'; readonly references: readonly string[] | null; readonly path: string | null }
  | { readonly kind: 'backup'; readonly skip_damaged: boolean; readonly path: string | null };

/** A file that was made: on the server at `path`, or to be downloaded once with `token`. */
export interface MadeFile {
  readonly name: string;
  readonly path: string | null;
  readonly token: string | null;
  readonly versions: number;
  readonly files: number;
  /** In bytes. */
  readonly size: number;
  /** How many models are in an archive. */
  readonly models?: number;
  /** Versions whose files were damaged, and are not in a backup. */
  readonly left_out?: readonly string[];
}

/** What to import: the token of an uploaded file, or a path or URI that the server can reach. */
export interface ImportRequest {
  readonly upload: string | null;
  readonly source: string | null;
  readonly into: string | null;
  readonly skip_signature_check: boolean;
  /** Whether only to say what would be imported. */
  readonly dry_run: boolean;
  readonly reason: string | null;
}

/** How many of one kind. */
export interface Tally {
  readonly imported: number;
  readonly there: number;
  readonly skipped: number;
}

/** What did not come, why, and what to do about it. */
export interface Skipped {
  readonly kind: string;
  readonly name: string;
  readonly why: string;
  readonly hint: string | null;
}

/** What an import did, or would do. */
export interface ImportReport {
  readonly source: string;
  readonly into: string | null;
  readonly dry_run: boolean;
  readonly models: Tally;
  readonly prompts: Tally;
  readonly versions: Tally;
  readonly skipped: readonly Skipped[];
}

/** What an import did, and what `history.undo` takes to take it back; null where it has changed nothing. */
export interface Imported {
  readonly report: ImportReport;
  readonly unit: number | null;
}

type OnProgress = (progress: Progress) => void;

/** Files that go to and come from the machine of the registry; every promise rejects as those of `Client.call` do. */
export interface Transfers {
  /** Make a file; when `signal` is aborted nothing stays of it. */
  make(request: FileRequest, signal: AbortSignal, onProgress: OnProgress): Promise<MadeFile>;
  /** The address from which the browser itself saves the file; it goes once. */
  downloadUrl(token: string): string;
  /** Send a file; resolves with its token. */
  upload(file: File, signal: AbortSignal, onProgress: OnProgress): Promise<string>;
  /** Import; when `signal` is aborted what has come in stays, and a second import goes on from there. */
  import(request: ImportRequest, signal: AbortSignal, onProgress: OnProgress): Promise<Imported>;
  /** Remove an uploaded file. */
  discard(token: string): void;
}
