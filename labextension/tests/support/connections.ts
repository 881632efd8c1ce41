import { ServerConnection } from '@jupyterlab/services';

import { RestClient } from '../../src/client/rest';

/** The registry of the server's settings. */
export const OWN = 'modelreg:////data/team.duckdb';

/** A client that shows the registry at `uri`; everything but connections is asked of `fetch`. */
export async function clientShowing(uri: string, fetch: (request: Request) => Promise<Response>): Promise<RestClient> {
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://here/',
    fetch: request => connecting(request as Request) ?? fetch(request as Request)
  });
  const client = new RestClient(settings);
  await client.connect(uri);
  return client;
}

/** What a server answers that connects to whatever it is asked to; null for a request that is no connection. */
export function connecting(request: Request): Promise<Response> | null {
  if (request.method !== 'POST' || !request.url.includes('/modelreg/connection')) {
    return null;
  }
  return request.json().then(({ address }: { address: string }) => {
    const uri = address === OWN ? null : address;
    return new Response(JSON.stringify({ ok: true, result: { uri, own: OWN, actor: 'ana', kept: false } }));
  });
}
