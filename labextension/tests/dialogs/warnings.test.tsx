import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError } from '../../src/client/client';
import type { DialogRequest } from '../../src/host/dialogRequest';
import { FakeClient } from '../support/fakeClient';
import { field, open, press, type, wait } from '../support/dialogHost';

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

describe('a click that comes before the warnings', () => {
  const previews = (): number => client.calls.filter(each => each.op.startsWith('previews.')).length;

  /** Type and click before the typing pauses: the registry is asked at once what to know, and answers a little later. */
  async function hurry(label: string | RegExp, text: string, button: string): Promise<void> {
    const before = previews();
    const answer = client.hold();
    fireEvent.input(field(label), { target: { value: text } });
    await wait();
    expect(previews()).toBe(before);
    fireEvent.click(screen.getByRole('button', { name: button }));
    await wait();
    expect(screen.getByRole('button', { name: 'Checking…' })).toBeTruthy();
    expect(previews()).toBe(before + 1);
    answer();
    await wait(300);
    expect(previews()).toBe(before + 1);
  }
  const asked = (op: string): number => client.calls.filter(each => each.op === op).length;

  it.each<[op: string, request: DialogRequest, label: string | RegExp, text: string, button: string]>([
    ['versions.register', { kind: 'register', model: FRAUD, source: './model' }, /^Aliases/, 'Next', 'Register'],
    ['versions.copy', { kind: 'copy', model: 'iris', version: 1, to: FRAUD }, /^Set alias/, 'Next', 'Copy'],
    ['aliases.set', { kind: 'alias', model: FRAUD, version: 3 }, 'Alias', 'Next', 'Set alias'],
    ['models.rename', { kind: 'rename', model: FRAUD }, 'New name', 'card_fraud', 'Rename']
  ])('waits for them, and for another one that has seen them: %s', async (op, request, label, text, button) => {
    client.warnings.push({ kind: 'validation', message: 'it is tagged validation=failed', hint: null });
    await open(client, request);
    await hurry(label, text, button);
    expect(asked(op)).toBe(0);
    expect(document.querySelector('.mreg-effect.mreg-mod-warning')).not.toBeNull();
    expect(document.activeElement?.textContent).toBe(button);
    await press(button);
    expect(asked(op)).toBe(1);
  });

  it('waits for an alias that is taken over, too', async () => {
    await open(client, { kind: 'register', model: FRAUD, source: './model' });
    await hurry(/^Aliases/, 'Champion', 'Register');
    expect(shown()).toEqual(['@Champion moves from v2 to the new version']);
    expect(asked('versions.register')).toBe(0);
  });

  it('goes on by itself where there is nothing to know', async () => {
    const { closed } = await open(client, { kind: 'register', model: FRAUD, source: './model' });
    await hurry(/^Aliases/, 'Next', 'Register');
    expect(asked('versions.register')).toBe(1);
    expect(closed).toEqual([true]);
  });

  it('goes on where the registry cannot say what to know', async () => {
    const { closed } = await open(client, { kind: 'register', model: FRAUD, source: './model' });
    client.failure = { error: new RegistryError('INVALID_INPUT', 'no'), ops: ['previews.register'] };
    await hurry(/^Aliases/, 'Next', 'Register');
    expect(closed).toEqual([true]);
  });
});
