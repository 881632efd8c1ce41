import type { Completion, Problem } from '../../client/client';

/** A text, and where in it the cursor stands. */
export interface Typed {
  readonly text: string;
  readonly at: number;
}

/** `text` with `suggestion` in place of the word that is being written, and the cursor behind it. */
export function completed(text: string, { start, end }: Completion, suggestion: string): Typed {
  const whole = suggestion.startsWith('@');
  const [before, after] = whole ? ['', ''] : [text.slice(0, start), text.slice(end)];
  // A word that touches the one before it would be another one; what goes on needs no space behind it.
  const gap = before === '' || /[\s(]$/.test(before) ? '' : ' ';
  const space = whole || /[.(]$/.test(suggestion) || /^[\s)]/.test(after) ? '' : ' ';
  const written = `${before}${gap}${suggestion}${space}`;
  return { text: written + after, at: written.length };
}

/** What is wrong with a text, unless it is only not written to its end yet; null for nothing. */
export function wrong(text: string, completion: Completion | null): (Problem & { readonly at: number }) | null {
  const problem = completion?.problem;
  if (completion === null || problem?.at == null) {
    return null;
  }
  const written = text.slice(0, completion.start).trimEnd().length;
  const unfinished = completion.suggestions.length > 0 && problem.at >= written;
  return unfinished ? null : { ...problem, at: problem.at };
}

/** Where the text that is marked as wrong ends: with the word that begins at `at`. */
export function endOfWord(text: string, at: number): number {
  const word = /^[^\s()=<>!,]+/.exec(text.slice(at));
  return at + Math.max(1, word?.[0].length ?? 0);
}
