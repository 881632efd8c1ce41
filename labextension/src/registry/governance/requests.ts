import type { ToldRequest } from '../../client/client';
import { because, exact, exactName, line, type Option } from '../commandLine';
import { countText, isPlausible, localTime, plain } from '../format';
import type { Target } from '../target';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `1 waits for you`, `3 wait for you`. */
export function waitingText(count: number): string {
  return `${countText(count)} ${count === 1 ? 'waits' : 'wait'} for you`;
}

/** The same with what it is that waits. */
export function requestsWait(count: number): string {
  return waitingText(count).replace(' ', count === 1 ? ' request ' : ' requests ');
}

/** What is asked for, as short as can be: `@Champion v3 → v4`, `Staging → Production`, `EXECUTE, APPLY TAG`. */
export function wishText({ kind, alias, version, stage, privileges, seen }: ToldRequest): string {
  switch (kind) {
    case 'alias': {
      const from = seen['version'];
      return `@${alias} ${typeof from === 'number' ? `v${from} ` : ''}→ v${version}`;
    }
    case 'stage':
      return `${plain(seen['stage'] ?? null)} → ${stage}`;
    case 'access':
      return privileges.join(', ');
  }
}

/** What is asked, to go on from the name of who asks: `asks to move @Champion from v3 to v4`. */
export function askingText({ kind, alias, version, stage, privileges, seen }: ToldRequest): string {
  switch (kind) {
    case 'alias': {
      const from = seen['version'];
      return typeof from === 'number'
        ? `asks to move @${alias} from v${from} to v${version}`
        : `asks to set @${alias} on v${version}`;
    }
    case 'stage':
      return `asks to move v${version} from stage ${plain(seen['stage'] ?? null)} to ${stage}`;
    case 'access':
      return `asks for ${privileges.join(', ')}`;
  }
}

/** Where what a request is about has a page; null for the registry, whose page is another kind. */
export function requestTarget({ on, name, version }: ToldRequest): Target | null {
  switch (on) {
    case 'catalog':
    case 'schema':
      return { kind: on, name };
    case 'model':
      return version === null ? { kind: 'model', name } : { kind: 'version', name, version };
    default:
      return null;
  }
}

/** What a request is about, in words: `the registry`, `schema prod.risk`, `prod.risk.fraud`. */
export function subjectText({ on, name }: ToldRequest): string {
  return on === 'registry' ? 'the registry' : on === 'model' ? name : `${on} ${name}`;
}

/** How long it is until `then`, both in epoch milliseconds: `in 3 h`; the local date when that is over a month. */
export function untilText(then: number, now = Date.now()): string {
  const left = then - now;
  if (!isPlausible(then) || left >= 30 * DAY) {
    return `on ${localTime(then).slice(0, 10)}`;
  }
  if (left < MINUTE) {
    return 'within a minute';
  }
  if (left < HOUR) {
    return `in ${Math.floor(left / MINUTE)} min`;
  }
  return left < 2 * DAY ? `in ${Math.floor(left / HOUR)} h` : `in ${Math.floor(left / DAY)} days`;
}

/** What privileges are asked for on: the name of the registry is `registry`. */
export interface Place {
  readonly kind: 'registry' | 'catalog' | 'schema' | 'model';
  readonly name: string;
}

/** After how many days nobody can approve a request any more; null for never. */
export type Expiry = number | null;

/** How long a request lasts, in milliseconds, as the registry takes it. */
export function expiresIn(days: Expiry): number | null {
  return days === null ? null : days * DAY;
}

/** The line that asks for an alias, or a stage, of the version that `reference` names. */
export function requestLine(
  reference: string,
  wish: { readonly alias: string } | { readonly stage: string },
  days: Expiry,
  reason: string | null
): string {
  const [words, options]: [string[], Option[]] =
    'alias' in wish ? [[`@${wish.alias}`], []] : [[], [['--stage', wish.stage]]];
  return line('request', [exact(reference), ...words], [...options, ...expiring(days), ...because(reason)]);
}

/** The line that asks for privileges. */
export function accessLine(privileges: readonly string[], on: Place, days: Expiry, reason: string | null): string {
  const place = on.kind === 'registry' ? ['registry'] : [on.kind, exactName(on)];
  const words = ['access', ...privileges.join(', ').split(' '), 'on', ...place];
  return line('request', words, [...expiring(days), ...because(reason)]);
}

function expiring(days: Expiry): Option[] {
  return days === null ? [] : [['--expires', `${days}d`]];
}

/** What the hint of a refusal says can be asked for here; null where it says nothing of that. */
export function accessIn(hint: string | null): { readonly privilege: string; readonly on: Place } | null {
  const found = /\brequest access (?:"([^"]+)"|(\S+)) on (?:(catalog|schema|model) (.+)|registry)$/s.exec(hint ?? '');
  if (!found) {
    return null;
  }
  const [, quoted, bare, kind, name] = found;
  const on: Place =
    kind === undefined ? { kind: 'registry', name: 'registry' } : { kind: kind as Place['kind'], name: name ?? '' };
  return { privilege: quoted ?? bare ?? '', on };
}

/** The line that decides a request. */
export function decideLine(
  verb: 'approve' | 'reject' | 'cancel',
  id: number,
  reason: string | null,
  anyway = false
): string {
  return line(verb, [String(id)], [...(anyway ? [['--anyway'] as const] : []), ...because(reason)]);
}
