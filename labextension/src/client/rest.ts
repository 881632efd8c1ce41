import { ServerConnection } from '@jupyterlab/services';

import { type Answer, type Client, isAnswer, type OperationName, type Params, RegistryError, type Result, resultOf } from './client';

/** Talks to the registry through the Jupyter server: `POST {base}/modelreg/api/<op>`. */
export class RestClient implements Client {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  async call<K extends OperationName>(op: K, params: Params<K>, signal?: AbortSignal): Promise<Result<K>> {
    const url = `${this.settings.baseUrl.replace(/\/*$/, '/')}modelreg/api/${op}`;
    const init: RequestInit = { method: 'POST', body: JSON.stringify(params) };
    if (signal) {
      init.signal = signal;
    }
    return resultOf<K>(await this.ask(url, init));
  }

  private async ask(url: string, init: RequestInit): Promise<Answer> {
    let response: Response;
    let text: string;
    try {
      response = await ServerConnection.makeRequest(url, init, this.settings);
      text = await response.text();
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
