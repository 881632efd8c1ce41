// @vitest-environment node
import { ServerConnection } from '@jupyterlab/services';
import { describe, expect, it } from 'vitest';

import { RegistryError } from '../src/client/client';
import { RestClient } from '../src/client/rest';

interface Sent {
  url: string;
  method: string;
  body: string;
}

/** A client whose server answers with `status` and `body`, and what it was sent. */
function clientWith(status: number, body: string): { client: RestClient; sent: Sent[] } {
  const sent: Sent[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://here/user/ana',
    fetch: async request => {
      const asked = request as Request;
      sent.push({ url: asked.url, method: asked.method, body: await asked.text() });
      return new Response(body, { status });
    }
  });
  return { client: new RestClient(settings), sent };
}

async function refusal(status: number, body: string): Promise<RegistryError> {
  const error: unknown = await clientWith(status, body).client.call('history.last', {}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RegistryError);
  return error as RegistryError;
}

describe('RestClient', () => {
  it('posts the parameters and gives the result', async () => {
    const { client, sent } = clientWith(200, '{"ok": true, "result": {"items": [], "token": null}}');
    expect(await client.call('models.list', { namespace: 'prod.ml', limit: 5 })).toEqual({ items: [], token: null });
    // JupyterLab adds a number, so that no cache answers.
    expect(sent[0]!.url.replace(/\?\d+$/, '')).toBe('http://here/user/ana/modelreg/api/models.list');
    expect(sent[0]!.method).toBe('POST');
    expect(JSON.parse(sent[0]!.body)).toEqual({ namespace: 'prod.ml', limit: 5 });
  });

  it('throws the error of the registry, hint and all', async () => {
    const body = '{"ok": false, "error": {"code": "NOT_FOUND", "message": "no such model", "hint": "look"}}';
    expect(await refusal(404, body)).toMatchObject({ code: 'NOT_FOUND', message: 'no such model', hint: 'look' });
  });

  it('tells a registry that says no from a server that has none', async () => {
    expect((await refusal(404, '{"message": "Not Found"}')).hint).toContain('Install jupyter_modelreg');
    expect((await refusal(403, '<html>')).hint).toBe('Reload the page.');
    expect((await refusal(502, '<html>Bad gateway')).message).toContain('502');
    expect((await refusal(200, '{"ok": true}')).code).toBe('BAD_ANSWER');
  });

  it('says that the server does not answer', async () => {
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://here/',
      fetch: () => Promise.reject(new TypeError('Failed to fetch'))
    });
    await expect(new RestClient(settings).call('history.last', {})).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('lets an aborted call end as aborted', async () => {
    const controller = new AbortController();
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://here/',
      fetch: () => {
        controller.abort(new Error('not wanted any more'));
        return Promise.reject(new TypeError('Failed to fetch'));
      }
    });
    const call = new RestClient(settings).call('history.last', {}, controller.signal);
    await expect(call).rejects.toThrow('not wanted any more');
  });
});
