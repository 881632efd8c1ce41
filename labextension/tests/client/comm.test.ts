import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type Channel, CommClient, LONG_PATIENCE_MS, PATIENCE_MS } from '../../src/client/comm';

interface Asked {
  id: string;
  op: string;
  params: unknown;
}

/** A comm whose other end is the test. */
class Line implements Channel {
  readonly asked: Asked[] = [];
  broken = false;
  private readonly listeners = new Set<(content: unknown) => void>();

  send(content: unknown): void {
    if (this.broken) {
      throw new Error('Cannot send');
    }
    this.asked.push(content as Asked);
  }

  on(_event: 'msg:custom', listener: (content: unknown) => void): void {
    this.listeners.add(listener);
  }

  off(_event: 'msg:custom', listener: (content: unknown) => void): void {
    this.listeners.delete(listener);
  }

  answer(content: unknown): void {
    this.listeners.forEach(each => each(content));
  }

  result(at: number, result: unknown): void {
    this.answer({ id: this.asked[at]!.id, ok: true, result });
  }
}

let line: Line;
let client: CommClient;

beforeEach(() => {
  line = new Line();
  client = new CommClient(line);
});

afterEach(() => vi.useRealTimers());

describe('CommClient', () => {
  it('sends the operation and gives its result', async () => {
    const page = client.call('models.list', { namespace: 'prod.ml' });
    expect(line.asked).toEqual([
      { id: expect.any(String) as string, op: 'models.list', params: { namespace: 'prod.ml' } }
    ]);
    line.result(0, { items: [], token: null });
    expect(await page).toEqual({ items: [], token: null });
  });

  it('asks as of a moment, and tells nobody of a change that is refused there', async () => {
    const told: string[] = [];
    client.onWrite(({ op }) => told.push(op));
    const past = client.at(42);
    expect([client.moment, past.moment, past.at(7).moment]).toEqual([null, 42, 7]);
    void past.call('models.get', { name: 'm' });
    void past.call('models.delete', { name: 'm' });
    await Promise.resolve();
    expect(line.asked.map(each => (each as Asked & { as_of?: number }).as_of)).toEqual([42, 42]);
    expect(told).toEqual([]);
  });

  it('tells answers apart by their id, whatever their order', async () => {
    const first = client.call('history.last', {});
    const second = client.call('models.list', {});
    line.answer('no answer at all');
    line.answer({ id: 'of somebody else', ok: true, result: 'wrong' });
    line.result(1, 'of the second');
    line.result(0, 'of the first');
    expect(await first).toBe('of the first');
    expect(await second).toBe('of the second');
  });

  it('shares a line with another client', async () => {
    const other = new CommClient(line);
    const mine = client.call('history.last', {});
    const theirs = other.call('history.last', {});
    line.result(1, 'theirs');
    line.result(0, 'mine');
    expect([await mine, await theirs]).toEqual(['mine', 'theirs']);
  });

  it('rejects with the error of the registry', async () => {
    const call = client.call('models.get', { name: 'nobody' });
    const error = { code: 'NOT_FOUND', message: 'no model nobody', hint: 'look at the list' };
    line.answer({ id: line.asked[0]!.id, ok: false, error });
    await expect(call).rejects.toMatchObject(error);
  });

  it('does not take anything else for an answer', async () => {
    const call = client.call('history.last', {});
    line.answer({ id: line.asked[0]!.id, nonsense: true });
    await expect(call).rejects.toMatchObject({ code: 'BAD_ANSWER' });
  });

  it('says that the kernel is busy or gone when no answer comes', async () => {
    vi.useFakeTimers();
    const call = client.call('history.last', {});
    const failed = expect(call).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: 'The kernel does not answer: it is busy or gone'
    });
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await failed;
    expect(vi.getTimerCount()).toBe(0);
    line.result(0, 'too late');
  });

  it('says at once that the kernel is gone when nothing can be sent', async () => {
    line.broken = true;
    await expect(client.call('history.last', {})).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: 'The kernel this output belongs to was restarted or is gone'
    });
  });

  it('waits no more once the kernel has gone, and asks again when it is back', async () => {
    const awaited = client.call('history.last', {});
    client.connected = false;
    await expect(awaited).rejects.toMatchObject({ code: 'UNREACHABLE', hint: 'Run the cell of this output again.' });
    await expect(client.call('history.last', {})).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(line.asked).toHaveLength(1);
    client.connected = true;
    const again = client.call('history.last', {});
    line.result(1, null);
    expect(await again).toBeNull();
  });

  it('hears of progress, and waits as long as there is some', async () => {
    vi.useFakeTimers();
    const heard = vi.fn();
    const call = client.call('versions.register', { source: './model', model: 'a' }, undefined, heard);
    const { id } = line.asked[0]!;
    for (let done = 0; done < 3; done++) {
      await vi.advanceTimersByTimeAsync(LONG_PATIENCE_MS - 1);
      line.answer({ id, progress: { what: 'copying', done, total: 3, unit: 'bytes' } });
    }
    line.answer({ id, progress: 'half' });
    await expect(call).rejects.toMatchObject({ code: 'BAD_ANSWER' });
    expect(heard.mock.calls).toEqual([0, 1, 2].map(done => [{ what: 'copying', done, total: 3, unit: 'bytes' }]));
  });

  it('rejects with the reason of an abort, before and after sending', async () => {
    const controller = new AbortController();
    const call = client.call('history.last', {}, controller.signal);
    controller.abort('enough');
    await expect(call).rejects.toBe('enough');
    await expect(client.call('history.last', {}, controller.signal)).rejects.toBe('enough');
    expect(line.asked).toHaveLength(1);
  });

  it('leaves nobody waiting when it is closed, and listens no more', async () => {
    const call = client.call('history.last', {});
    client.dispose();
    await expect(call).rejects.toMatchObject({ message: 'The explorer was closed' });
    line.result(0, 'too late');
  });
});
