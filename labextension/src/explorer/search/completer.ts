import type { Client, Completion } from '../../client/client';

/** Asks what may come next in a search that is being typed, and what is wrong with it. */
export class Completer {
  private said: { readonly text: string; readonly completion: Completion } | null = null;
  private running: AbortController | null = null;

  /** @param changed called after every answer */
  constructor(
    private readonly client: Client,
    private readonly changed: () => void
  ) {}

  /** What was said of `text`; null while that is not known, as an answer about another text says nothing of it. */
  about(text: string): Completion | null {
    return this.said?.text === text ? this.said.completion : null;
  }

  /**
   * Ask about `text`, of which `at` characters stand before the cursor.
   *
   * Resolves with null when it was overtaken, and when nobody answers: whoever searches then hears of that.
   */
  async ask(text: string, at: number): Promise<Completion | null> {
    this.running?.abort();
    const { signal } = (this.running = new AbortController());
    try {
      const found = await this.client.call('searches.complete', { filter: text, at: points(text, at) }, signal);
      if (signal.aborted) {
        return null;
      }
      const completion = inUnits(text, found);
      this.said = { text, completion };
      this.changed();
      return completion;
    } catch {
      // The search itself is sent, and tells why there is no answer.
      return null;
    }
  }

  /** Nothing is being typed any more. */
  forget(): void {
    this.running?.abort();
    this.said = null;
  }
}

/** The registry counts characters, JavaScript the units of UTF-16 that they take. */
function points(text: string, units: number): number {
  return Array.from(text.slice(0, units)).length;
}

function units(text: string, count: number): number {
  return Array.from(text).slice(0, count).join('').length;
}

function inUnits(text: string, found: Completion): Completion {
  const { problem } = found;
  return {
    ...found,
    start: units(text, found.start),
    end: units(text, found.end),
    problem: problem && { ...problem, at: problem.at === null ? null : units(text, problem.at) }
  };
}
