import { type AnyPage, MOST_COMPARED, pageOfKey } from '../../registry/target';
import { referenceProblem } from '../../registry/validation';

/** The parameter of an address that names a page. */
export const PARAMETER = 'modelreg';
/** Model names have up to 256 characters a part; what is much longer is no name. */
const LONGEST = 1000;

/** The address of the page with that key, where pages begin with `start`. */
export function addressOf(start: string, key: string): string {
  // These say nothing in a query, and the name can be read.
  return `${start}?${PARAMETER}=${encodeURIComponent(key).replace(/%(?:2F|3A|40)/g, decodeURIComponent)}`;
}

/** What an address asks for: a page, or a version by its alias or as the latest; null when it is not understood. */
export function askedBy(search: string): { page: AnyPage } | { reference: string } | null {
  const [asked, ...more] = new URLSearchParams(search).getAll(PARAMETER);
  const key = asked?.replace(/^models:\/+/, '') ?? '';
  const names = key.startsWith('compare:') ? MOST_COMPARED : 1;
  if (more.length > 0 || key.length > names * LONGEST || !/^\P{C}+$/u.test(key)) {
    return null;
  }
  if (/^(?:run|experiment|logged-model):[0-9a-z_-]+$/i.test(key)) {
    return { page: pageOfKey(key) };
  }
  if (/^(?:trash:|registry:|requests:|request:\d{1,15}|(?:catalog|schema):[^/@]+)$/.test(key)) {
    return { page: pageOfKey(key) };
  }
  if (/^find:./.test(key)) {
    return { page: pageOfKey(key) };
  }
  const compared = key.startsWith('compare:') ? key.slice('compare:'.length).split(':') : null;
  if (compared !== null) {
    const fit = compared.length <= MOST_COMPARED && compared.every(each => referenceProblem(each) === null);
    return fit ? { page: pageOfKey(key) } : null;
  }
  if (key.startsWith('run:') || referenceProblem(key) !== null) {
    return null;
  }
  const plain = !key.includes('@') && (!key.includes('/') || /\/[0-9]{1,9}$/.test(key));
  return plain ? { page: pageOfKey(key) } : { reference: key };
}

/** `search` without what asks for a page. */
export function withoutAsked(search: string): string {
  const rest = new URLSearchParams(search);
  rest.delete(PARAMETER);
  const text = rest.toString();
  return text === '' ? '' : `?${text}`;
}
