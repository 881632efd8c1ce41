/** What the tests use of @testing-library/react, for Preact. */
import { configure, fireEvent as fire } from '@testing-library/dom';
import type * as React from 'react';
import { createRoot } from 'react-dom/client';
import { act as flushed } from 'preact/test-utils';

export * from '@testing-library/dom';

/** Rounds of answers, and of what is asked for because of them, that are waited for. */
const ROUNDS = 3;

const shown = new Map<HTMLElement, { unmount(): void }>();

configure({
  eventWrapper: task => {
    let result: unknown;
    void flushed(() => {
      result = task();
    });
    return result as never;
  }
});

/** React calls an input a change where one types. */
export const fireEvent: typeof fire = Object.assign((...args: Parameters<typeof fire>) => fire(...args), fire, {
  change: (at: Element, init?: object) => (at instanceof HTMLSelectElement ? fire.change : fire.input)(at, init)
});

/** Do something, and let what follows from it happen. */
export function act(task: () => unknown): Promise<void> {
  const done = flushed(() => task() as Promise<void>);
  return done.then(async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await flushed(() => new Promise<void>(resolve => setTimeout(resolve)));
    }
  });
}

export function render(element: React.ReactElement, { container }: { container?: HTMLElement } = {}): void {
  const at = container ?? document.body.appendChild(document.createElement('div'));
  const root = createRoot(at);
  shown.set(at, root);
  void flushed(() => root.render(element));
}

export function cleanup(): void {
  for (const [at, root] of shown) {
    void flushed(() => root.unmount());
    at.remove();
  }
  shown.clear();
}
