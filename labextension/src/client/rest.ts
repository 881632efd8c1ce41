import { ServerConnection } from '@jupyterlab/services';

import {
  type Answer,
  type Connected,
  isAnswer,
  type Offer,
  type OperationName,
  type Outcome,
  outcomeOf,
  type Params,
  type Progress,
  progressIn,
  type Registries,
  RegistryError,
  resultIn,
  type SigningIn
} from './client';
import { WRITES } from './operations';
import { type Sending, TellingClient } from './telling';

type OnProgress = (progress: Progress) => void;

/** Talks to a registry through the Jupyter server: `POST {base}/modelreg/api/<op>`. */
export class RestClient extends TellingClient implements Registries {
  private shown: string | null = null;
  private ofSettings: string | null = null;
  /** What learns which registry is shown; null where that is known, or is to be asked when it is needed. */
  private learning: Promise<void> | null = null;
  private resumes = false;
  /** Another number after every switch. */
  private switches = 0;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly settings: ServerConnection.ISettings) {
    super();
  }

  get uri(): string | null {
    return this.shown;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get own(): string | null {
    return this.ofSettings;
  }

  /** Show the registry that the server remembers: whatever is asked waits until that is known. */
  resume(): void {
    this.resumes = true;
  }

  async known(): Promise<void> {
    if (this.resumes) {
      this.learning ??= this.learn().finally(() => (this.learning = null));
      await this.learning;
    }
  }

  async offer(): Promise<Offer> {
    // The tests of the server hold what travels.
    return (await this.ask('registries', { method: 'GET' })) as Offer;
  }

  async connect(address: string, signingIn?: SigningIn, signal?: AbortSignal): Promise<Connected> {
    const body = JSON.stringify({ address, ...signingIn });
    const init: RequestInit = { method: 'POST', body, ...(signal && { signal }) };
    const found = (await this.ask('connection', init)) as Connected;
    this.become(found);
    return found;
  }

  private async learn(): Promise<void> {
    const answer = await this.answerOf(this.address('connection'), { method: 'GET' });
    const found = resultIn(answer) as Pick<Connected, 'uri' | 'own'>;
    if (found.uri === this.shown) {
      // Nobody need start over: what somebody has typed meanwhile is about this registry.
      this.resumes = false;
      this.ofSettings = found.own;
    } else {
      this.become(found);
    }
  }

  private become({ uri, own }: Pick<Connected, 'uri' | 'own'>): void {
    this.resumes = false;
    this.shown = uri;
    this.ofSettings = own;
    this.switches += 1;
    this.listeners.forEach(each => each());
  }

  protected async answer<K extends OperationName>(
    op: K,
    params: Params<K>,
    { signal, onProgress, moment }: Sending
  ): Promise<Outcome<K>> {
    const init: RequestInit = { method: 'POST', body: JSON.stringify(params) };
    if (signal) {
      init.signal = signal;
    }
    const path = moment === null ? `api/${op}` : `api/${op}?as_of=${moment}`;
    for (;;) {
      await this.known();
      const { switches } = this;
      // What one registry says must not be taken for what is in the next: a question is asked once more there.
      const over = (): boolean => switches !== this.switches && !WRITES.has(op) && signal?.aborted !== true;
      try {
        const answer = await this.answerOf(this.address(path), init, onProgress);
        if (!over()) {
          return outcomeOf<K>(answer);
        }
      } catch (error) {
        if (!over()) {
          throw error;
        }
      }
    }
  }

  /** The address of `path`, about the registry that is shown. */
  address(path: string): string {
    const url = `${this.settings.baseUrl.replace(/\/*$/, '/')}modelreg/${path}`;
    return this.shown === null ? url : `${url}${path.includes('?') ? '&' : '?'}${registryQuery(this.shown).slice(1)}`;
  }

  /** The result of what `path` answers to a request. Rejects as `Client.call` does. */
  async ask(path: string, init: RequestInit, onProgress?: OnProgress): Promise<unknown> {
    return (await this.change(path, init, onProgress)).result;
  }

  /** The same of a request that changes something, and what `history.undo` takes to take that back; null for nothing. */
  async change(
    path: string,
    init: RequestInit,
    onProgress?: OnProgress
  ): Promise<{ readonly result: unknown; readonly unit: number | null }> {
    const answer = await this.answerOf(this.address(path), init, onProgress);
    return { result: resultIn(answer), unit: answer.ok ? (answer.unit ?? null) : null };
  }

  private async answerOf(url: string, asked: RequestInit, onProgress?: OnProgress): Promise<Answer> {
    const init = { ...asked };
    if (onProgress) {
      init.headers = new Headers(this.settings.init.headers);
      init.headers.set('Accept', 'application/x-ndjson');
    }
    let response: Response;
    let text: string;
    try {
      response = await ServerConnection.makeRequest(url, init, this.settings);
      text = onProgress && response.body ? await lastLine(response.body, onProgress) : await response.text();
    } catch (error) {
      // JupyterLab turns an abort into a network error of its own.
      init.signal?.throwIfAborted();
      // A TypeError is what a browser says of an answer that broke off.
      if (!(error instanceof ServerConnection.NetworkError || error instanceof TypeError)) {
        throw error;
      }
      throw new RegistryError(
        'UNREACHABLE',
        'The Jupyter server does not answer',
        'Check that it is still running; the panel comes back by itself when it is.'
      );
    }
    const answer = parsed(text);
    if (!isAnswer(answer)) {
      throw notAnAnswer(response.status);
    }
    return answer;
  }
}

/** An address the browser itself goes to: as for JupyterLab's own files, a cookie alone does not show who asked. */
export function withXsrf(address: string): string {
  const url = new URL(address);
  const token = /\b_xsrf=([^;]*)\b/.exec(document.cookie)?.[1];
  if (token !== undefined) {
    url.searchParams.append('_xsrf', token);
  }
  return url.toString();
}

/** The query of an address that is about the registry at `uri`; none for the server's own. */
export function registryQuery(uri: string | null): string {
  return uri === null ? '' : `?registry=${encodeURIComponent(uri)}`;
}

/** What `body` ends with: its answer, or whatever came instead. Lines before it are news for `onProgress`. */
async function lastLine(body: ReadableStream<Uint8Array>, onProgress: OnProgress): Promise<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return text;
    }
    text += decoder.decode(value, { stream: true });
    let news: Progress | null;
    let end: number;
    while ((end = text.indexOf('\n')) >= 0 && (news = progressIn(parsed(text.slice(0, end)))) !== null) {
      text = text.slice(end + 1);
      onProgress(news);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page, for one, is not JSON: the caller tells by the status what it was.
    return undefined;
  }
}

function notAnAnswer(status: number): RegistryError {
  if (status === 404) {
    return new RegistryError(
      'BAD_ANSWER',
      'This Jupyter server has no model registry',
      'Install jupyter_modelreg where the server runs, then restart the server.'
    );
  }
  if (status === 401 || status === 403) {
    return new RegistryError('BAD_ANSWER', 'The Jupyter server wants you to log in again', 'Reload the page.');
  }
  return new RegistryError(
    'BAD_ANSWER',
    `The Jupyter server answered with status ${status} and nothing the panel can read`,
    "The server's log says more."
  );
}
