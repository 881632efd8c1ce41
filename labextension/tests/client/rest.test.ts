// @vitest-environment node
import { ServerConnection } from '@jupyterlab/services';
import { describe, expect, it, vi } from 'vitest';

import { type Progress, RegistryError } from '../../src/client/client';
import { RestClient } from '../../src/client/rest';
import { connecting, OWN } from '../support/connections';

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
      const connected = connecting(asked);
      if (connected) {
        return connected;
      }
      sent.push({ url: asked.url, method: asked.method, body: await asked.text() });
      return new Response(body, { status });
    }
  });
  return { client: new RestClient(settings), sent };
}

it('tells who follows the changes what undoes one', async () => {
  const { client } = clientWith(200, JSON.stringify({ ok: true, result: null, unit: 17 }));
  const units: Promise<number | null>[] = [];
  client.onWrite(({ unit }) => units.push(unit));
  await client.call('aliases.set', { model: 'm', alias: 'a', version: 1 });
  const { client: refusing } = clientWith(200, JSON.stringify({ ok: false, error: { code: 'BUSY', message: 'no' } }));
  refusing.onWrite(({ unit }) => units.push(unit));
  await expect(refusing.call('aliases.set', { model: 'm', alias: 'a', version: 1 })).rejects.toThrow('no');
  expect(await Promise.all(units)).toEqual([17, null]);
});

async function refusal(status: number, body: string): Promise<RegistryError> {
  const error: unknown = await clientWith(status, body)
    .client.call('history.last', {})
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RegistryError);
  return error as RegistryError;
}

/** A client whose server sends `pieces`, one after the other, and what it was asked to accept. */
function streaming(...pieces: string[]): { client: RestClient; accepted: (string | null)[] } {
  const accepted: (string | null)[] = [];
  const bytes = new TextEncoder();
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://here/',
    fetch: async request => {
      accepted.push((request as Request).headers.get('Accept'));
      const body = new ReadableStream({
        start: controller => {
          // Cut anywhere, in the middle of a character too.
          pieces.flatMap(piece => [...bytes.encode(piece)]).forEach(byte => controller.enqueue(new Uint8Array([byte])));
          controller.close();
        }
      });
      return new Response(body, { status: 200 });
    }
  });
  return { client: new RestClient(settings), accepted };
}

describe('RestClient with news', () => {
  const news = (done: number) => `{"progress": {"what": "Überall", "done": ${done}, "total": 9, "unit": "bytes"}}\n`;
  const asked = { source: '/m', model: 'm' };

  it('passes on each line before the answer', async () => {
    const { client, accepted } = streaming(news(0), news(9), '{"ok": true, "result": {"version": 1}}');
    const heard: Progress[] = [];
    expect(await client.call('versions.register', asked, undefined, each => heard.push(each))).toEqual({ version: 1 });
    expect(heard).toEqual([
      { what: 'Überall', done: 0, total: 9, unit: 'bytes' },
      { what: 'Überall', done: 9, total: 9, unit: 'bytes' }
    ]);
    expect(accepted).toEqual(['application/x-ndjson']);
  });

  it('asks for none when nobody listens', async () => {
    const { client, accepted } = streaming('{"ok": true, "result": null}\n');
    expect(await client.call('history.last', {})).toBeNull();
    expect(accepted).not.toContain('application/x-ndjson');
  });

  it('throws the error that comes after the news', async () => {
    const error = '{"ok": false, "error": {"code": "FILES_DAMAGED", "message": "changed", "hint": null}}';
    const { client } = streaming(news(3), error);
    await expect(client.call('versions.register', asked, undefined, () => undefined)).rejects.toMatchObject({
      code: 'FILES_DAMAGED'
    });
  });

  it('does not take news for an answer when the rest is missing, nor a page of several lines', async () => {
    for (const body of [news(3), '', '<html>\n<body>\n']) {
      await expect(
        streaming(body).client.call('versions.register', asked, undefined, () => undefined)
      ).rejects.toMatchObject({ code: 'BAD_ANSWER' });
    }
  });
});

describe('RestClient', () => {
  it('posts the parameters and gives the result', async () => {
    const { client, sent } = clientWith(200, '{"ok": true, "result": {"items": [], "token": null}}');
    expect(await client.call('models.list', { namespace: 'prod.ml', limit: 5 })).toEqual({ items: [], token: null });
    // JupyterLab adds a number, so that no cache answers.
    expect(sent[0]!.url.replace(/\?\d+$/, '')).toBe('http://here/user/ana/modelreg/api/models.list');
    expect(sent[0]!.method).toBe('POST');
    expect(JSON.parse(sent[0]!.body)).toEqual({ namespace: 'prod.ml', limit: 5 });
  });

  it('asks as of a moment, of whichever registry is shown', async () => {
    const { client, sent } = clientWith(200, JSON.stringify({ ok: true, result: null }));
    await client.at(42).call('history.last', {});
    await client.connect('modelreg:////data/other.duckdb');
    await client.at(42).call('history.last', {});
    const asked = sent.map(each => [...new URL(each.url).searchParams].filter(([name]) => !/^\d+$/.test(name)));
    expect(asked).toEqual([
      [['as_of', '42']],
      [
        ['as_of', '42'],
        ['registry', 'modelreg:////data/other.duckdb']
      ]
    ]);
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

describe('RestClient and registries', () => {
  it('asks the server’s own until it is told another, and tells of that', async () => {
    const { client, sent } = clientWith(200, '{"ok": true, "result": null}');
    let switched = 0;
    client.subscribe(() => (switched += 1));
    await client.call('history.last', {});
    await client.connect('modelreg:////a b/r.duckdb');
    await client.call('history.last', {});
    await client.connect(OWN);
    expect([client.uri, client.own]).toEqual([null, OWN]);
    await client.call('history.last', {});
    expect(sent.map(each => each.url.split('modelreg/api/')[1]?.replace(/[?&]\d+$/, ''))).toEqual([
      'history.last',
      'history.last?registry=modelreg%3A%2F%2F%2F%2Fa%20b%2Fr.duckdb',
      'history.last'
    ]);
    expect(switched).toBe(2);
  });

  it('lists those there are, or says why not', async () => {
    const known = [{ uri: 'modelreg:////r.duckdb', origin: 'server', notebook: null, used_at: null }];
    const offer = { known, connects: true, keyring: false };
    const { client, sent } = clientWith(200, JSON.stringify({ ok: true, result: offer }));
    expect(await client.offer()).toEqual(offer);
    expect(sent[0]?.method).toBe('GET');
    expect(sent[0]?.url).toContain('http://here/user/ana/modelreg/registries');
    const refused = clientWith(403, '{"ok": false, "error": {"code": "FORBIDDEN", "message": "no", "hint": null}}');
    await expect(refused.client.offer()).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'no' });
  });

  it('stays with the one it shows when another lets nobody in', async () => {
    const said = { code: 'NOT_SIGNED_IN', message: 'who are you', hint: null };
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://here/',
      fetch: async () => Promise.resolve(new Response(JSON.stringify({ ok: false, error: said }), { status: 403 }))
    });
    const client = new RestClient(settings);
    let switched = 0;
    client.subscribe(() => (switched += 1));
    await expect(client.connect('https://models.example.org')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect([client.uri, switched]).toEqual([null, 0]);
  });

  it('waits for what the server remembers, and asks again for it where that was in vain', async () => {
    const asked: string[] = [];
    let away = true;
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://here/',
      fetch: async request => {
        const path = (request as Request).url.split('modelreg/')[1]!.replace(/[?&]\d+$/, '');
        asked.push(path);
        const [status, body] =
          path === 'connection'
            ? away
              ? [502, 'a proxy']
              : [200, JSON.stringify({ ok: true, result: { uri: 'modelreg:////x.duckdb', own: OWN } })]
            : [200, JSON.stringify({ ok: true, result: null })];
        return Promise.resolve(new Response(body, { status }));
      }
    });
    const client = new RestClient(settings);
    client.resume();
    expect(asked).toEqual([]);
    await expect(client.call('history.last', {})).rejects.toMatchObject({ code: 'BAD_ANSWER' });
    away = false;
    await Promise.all([client.call('history.last', {}), client.call('registry.identity', {})]);
    const about = '?registry=modelreg%3A%2F%2F%2F%2Fx.duckdb';
    expect(asked).toEqual(['connection', 'connection', `api/history.last${about}`, `api/registry.identity${about}`]);
  });

  it.each([
    ['modelreg:////x.duckdb', 1],
    [null, 0]
  ])('has what is shown start over only where %s is another registry', async (uri, times) => {
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://here/',
      fetch: request =>
        Promise.resolve(
          Response.json({
            ok: true,
            result: (request as Request).url.includes('connection') ? { uri, own: 'o' } : null
          })
        )
    });
    const client = new RestClient(settings);
    const over = vi.fn();
    client.subscribe(over);
    client.resume();
    await client.call('history.last', {});
    expect(over).toHaveBeenCalledTimes(times);
    expect([client.uri, client.own]).toEqual([uri, 'o']);
  });

  it('takes nothing one registry says for what is in the next, and does no change twice', async () => {
    const answers: ((response: Response) => void)[] = [];
    const asked: string[] = [];
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://here/',
      fetch: request =>
        connecting(request as Request) ??
        new Promise(resolve => {
          asked.push(new URL((request as Request).url).searchParams.get('registry') ?? 'own');
          answers.push(resolve);
        })
    });
    const client = new RestClient(settings);
    const reply = (at: number, result: unknown): void =>
      answers[at]?.(new Response(JSON.stringify({ ok: true, result })));
    const question = client.call('models.get', { name: 'prod.ml.fraud' });
    const change = client.call('aliases.set', { model: 'm', alias: 'a', version: 1 });
    await expect.poll(() => asked).toEqual(['own', 'own']);
    await client.connect('modelreg:////next.duckdb');
    reply(0, { name: 'of the first' });
    reply(1, 'done');
    expect(await change).toBe('done');
    await expect.poll(() => asked).toEqual(['own', 'own', 'modelreg:////next.duckdb']);
    reply(2, { name: 'of the next' });
    expect(await question).toEqual({ name: 'of the next' });
  });
});
