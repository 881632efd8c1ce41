/** A mention that somebody is typing: where it begins, at its `@`, and the name as far as it stands there. */
export interface Typing {
  readonly from: number;
  readonly name: string;
}

/** What stands before a mention: an address in an e-mail, a path or another mention is none (core/discussion/mentions.py). */
const MENTION = /(?:^|[^\w@/.+-])@(?:"([^"\n]*)|([\w.+-]*))$/;
/** What need not be put in quotes to be a name. */
const PLAIN = /^[\w.+-]+$/;
/** The most that are suggested. */
const MOST = 8;

/** The mention that ends at `at` in `text`; null where none does. */
export function typingIn(text: string, at: number): Typing | null {
  const found = MENTION.exec(text.slice(0, at));
  if (!found) {
    return null;
  }
  const [, quoted, bare] = found;
  const name = quoted ?? bare ?? '';
  return { name, from: at - name.length - (quoted === undefined ? 1 : 2) };
}

/** Those of `known` that may be meant: whose name begins so, then those that have it somewhere. */
export function meant<T extends { readonly name: string }>(known: readonly T[], name: string): T[] {
  const wanted = name.toLowerCase();
  const place = (each: T): number => each.name.toLowerCase().indexOf(wanted);
  return known
    .filter(each => place(each) >= 0)
    .sort((a, b) => Math.min(place(a), 1) - Math.min(place(b), 1))
    .slice(0, MOST);
}

/** `text` with the mention that is being typed up to `at` written out, and where to go on typing. */
export function withMention(text: string, at: number, from: number, name: string): [text: string, at: number] {
  const written = `@${PLAIN.test(name) ? name : `"${name}"`} `;
  const rest = text.slice(at).replace(/^"? ?/, '');
  return [text.slice(0, from) + written + rest, from + written.length];
}
