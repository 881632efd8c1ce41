/** What Python does not show as itself: controls, marks nobody sees, and blanks other than the space. */
const UNSEEN = /[\p{C}\p{Z}]/u;
const SHORT: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** Longest piece of a name in a sentence about its length. */
const FEW = 20;

/** `text` as Python's `repr` writes it. */
export function pythonString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = [...text].map(char => (char === quote ? `\\${char}` : (SHORT[char] ?? shown(char))));
  return `${quote}${inner.join('')}${quote}`;
}

/** `text` as a Python string in double quotes, as people write one, all of it on one line. */
export function pythonLiteral(text: string): string {
  return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029]/g, escaped);
}

/** The beginning of a text too long to be shown. */
export function fewWords(text: string): string {
  return `${[...text].slice(0, FEW).join('')}…`;
}

function shown(char: string): string {
  return char !== ' ' && UNSEEN.test(char) ? escaped(char) : char;
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const [letter, digits]: [string, number] = code < 0x100 ? ['x', 2] : code < 0x10000 ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).padStart(digits, '0')}`;
}
