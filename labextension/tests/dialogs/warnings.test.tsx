import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { DialogRequest } from '../../src/host/dialogRequest';
import { FakeClient } from '../support/fakeClient';
import { open, press, type } from '../support/dialogHost';

const FRAUD = 'prod.ml_team.fraud';

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD, 3, { Champion: 2 });
  client.model('iris', 1);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const shown = (): (string | null)[] =>
  [...document.querySelectorAll('.mreg-warnings .mreg-effect')].map(each => each.textContent);

describe('what to know before a change', () => {
  it.each<[string, DialogRequest]>([
    ['registering', { kind: 'register', model: FRAUD, source: './model' }],
    ['copying', { kind: 'copy', model: 'iris', version: 1, to: FRAUD }],
    ['setting an alias', { kind: 'alias', model: FRAUD, alias: 'Champion', version: 3 }]
  ])('is what the registry warns of: %s', async (_, request) => {
    client.warnings.push(
      { kind: 'validation', message: 'the new version is tagged validation=failed', hint: null },
      { kind: 'case', message: '@champion is new', hint: 'write @Champion to move that one' }
    );
    await open(client, request);
    expect(shown()).toEqual([
      'The new version is tagged validation=failed',
      '@champion is newWrite @Champion to move that one'
    ]);
  });

  it('is every alias that a registration takes over', async () => {
    const { told } = await open(client, { kind: 'register', model: FRAUD, source: './model' });
    expect(shown()).toEqual([]);
    client.model(FRAUD, 3, { Best: 1, Champion: 2 });
    await type(/^Aliases/, 'Best, Champion');
    expect(shown()).toEqual(['@Champion moves from v2 to the new version', '@Best moves from v1 to the new version']);
    client.model(FRAUD, 3, { Champion: 2 });
    await type(/^Aliases/, 'Champion, Next');
    expect(shown()).toEqual(['@Champion moves from v2 to the new version']);
    await press('Register');
    expect(told).toEqual([
      {
        ok: true,
        message: `Registered ${FRAUD}/4 from ./model; @Champion moved from v2; @Next points at it`
      }
    ]);
  });

  it('is not asked for while the fields are wrong', async () => {
    await open(client, { kind: 'register', model: FRAUD, source: './model' });
    const asked = (): number => client.calls.filter(each => each.op === 'previews.register').length;
    const before = asked();
    expect(before).toBe(1);
    await type(/^Aliases/, 'v1');
    expect(asked()).toBe(before);
  });
});
