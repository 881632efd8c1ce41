// @vitest-environment node
import { describe, expect, it } from 'vitest';

import type { Progress } from '../../src/client/client';
import { RestTransfers } from '../../src/client/restTransfers';
import { clientShowing } from '../support/connections';

const MIB = 1 << 20;

/** Transfers whose server answers each request with what `answer` gives, and what it was sent. */
async function transfersWith(answer: (sent: string) => unknown): Promise<{ transfers: RestTransfers; sent: string[] }> {
  const sent: string[] = [];
  const client = await clientShowing('modelreg:////a.duckdb', async request => {
    const { method, url } = request;
    const body = await request.arrayBuffer();
    const size = method === 'PUT' ? ` ${body.byteLength}` : '';
    sent.push(`${method} ${url.replace(/http:..here.modelreg.transfers.|[?&]\d{10,}/g, '')}${size}`);
    return new Response(JSON.stringify(answer(sent.at(-1) ?? '')));
  });
  return { transfers: new RestTransfers(client), sent };
}

describe('an import', () => {
  const asked = { upload: 't', source: null, into: null, skip_signature_check: false, dry_run: false, reason: null };

  it('says what takes it back', async () => {
    const answers = [
      { ok: true, result: { source: 'friend.zip' }, unit: 7 },
      { ok: true, result: { source: 'friend.zip' } }
    ];
    const { transfers } = await transfersWith(() => answers.shift());
    const { signal } = new AbortController();
    const done = { report: { source: 'friend.zip' } };
    expect(await transfers.import(asked, signal, () => undefined)).toEqual({ ...done, unit: 7 });
    expect(await transfers.import(asked, signal, () => undefined)).toEqual({ ...done, unit: null });
  });
});

describe('an upload', () => {
  const file = new File([new Uint8Array(9 * MIB)], 'friend.zip');

  it('goes piece by piece, about the registry that is shown', async () => {
    const { transfers, sent } = await transfersWith(() => ({ ok: true, result: { token: 't' } }));
    const heard: Progress[] = [];
    expect(await transfers.upload(file, new AbortController().signal, each => heard.push(each))).toBe('t');
    const about = 'registry=modelreg%3A%2F%2F%2F%2Fa.duckdb';
    expect(sent).toEqual([
      `POST uploads?${about}`,
      `PUT files/t?at=0&${about} ${4 * MIB}`,
      `PUT files/t?at=${4 * MIB}&${about} ${4 * MIB}`,
      `PUT files/t?at=${8 * MIB}&${about} ${MIB}`
    ]);
    expect(heard.map(each => each.done)).toEqual([0, 4 * MIB, 8 * MIB]);
  });

  it('that is refused or broken off is removed', async () => {
    const error = { code: 'UNUSABLE', message: 'the disk is full', hint: null };
    const { transfers, sent } = await transfersWith(each =>
      each.startsWith('PUT') ? { ok: false, error } : { ok: true, result: { token: 't' } }
    );
    await expect(transfers.upload(file, new AbortController().signal, () => undefined)).rejects.toThrow('is full');
    expect(sent.map(each => each.split(/[ ?]/).slice(0, 2))).toEqual([
      ['POST', 'uploads'],
      ['PUT', 'files/t'],
      ['DELETE', 'files/t']
    ]);
  });
});
