import type { Model, Version } from '../client/client';
import { deprecatedTitle, statusWord } from '../components/badges';
import { type Font, textWidth, wholeIn } from '../components/fitting';
import { type AliasOrder, isLive, modelAliases, versionAliases } from '../registry/aliases';
import { aliasText } from '../registry/format';
import type { TreeNode } from './nodes';

/** What stands behind the name in a row: a state, an alias, a stage. */
export interface Badge {
  /** `live` is the alias that says which version is in use. */
  readonly kind: 'status' | 'live' | 'alias' | 'stage' | 'deprecated';
  readonly text: string;
  /** The same in fewer words. */
  readonly brief: string;
  /** More about it, for whoever points at it. */
  readonly title: string;
  /** The name of the alias; null for what is none. */
  readonly alias: string | null;
}

/** What is said of a model that somebody may not look into. */
const BROWSE_ONLY: Badge = {
  kind: 'stage',
  text: 'no access',
  brief: 'no access',
  title: 'You may only see that it is there',
  alias: null
};

/** Pixels as style/explorer.css has them: between two things in a row, two badges, around a badge's text. */
const GAP = 6;
const BADGE_GAP = 4;
const BADGE_EDGES = 13;
const BADGE_FONT = 10;
const SMALL_FONT = 11;
/** What stands before the name (the caret and the icon) and at both ends of a row. */
const BEFORE = 18 + 16 + GAP;
const EDGES = 8 + 12;
const STEP = 14;
/** A name gives way to its badges down to so many pixels, and to so much of the row. */
const LEAST_NAME = 56;
const NAME_SHARE = 0.35;
const NAMESPACE_SHARE = 0.3;

/** The badges of a row, most important first. */
export function badgesOf(node: TreeNode, order: AliasOrder): Badge[] {
  switch (node.kind) {
    case 'model':
      return node.item.browse_only
        ? [BROWSE_ONLY]
        : [
            ...deprecatedBadges(node.item),
            ...modelAliases(node.item, order).map(([alias, version]) => aliasBadge(alias, version, order))
          ];
    case 'version': {
      const { status, status_message, stage } = node.item;
      const failed: Badge = {
        kind: 'status',
        text: statusWord(status),
        brief: statusWord(status),
        title: status_message ?? statusWord(status),
        alias: null
      };
      const staged: Badge = { kind: 'stage', text: stage, brief: stage, title: `Stage ${stage}`, alias: null };
      return [
        ...(status === 'READY' ? [] : [failed]),
        ...deprecatedBadges(node.item),
        ...versionAliases(node.item, order).map(alias => aliasBadge(alias, null, order)),
        ...(stage === 'None' ? [] : [staged])
      ];
    }
    default:
      return [];
  }
}

function deprecatedBadges(item: Model | Version): Badge[] {
  const title = deprecatedTitle(item);
  return item.deprecated === null
    ? []
    : [{ kind: 'deprecated', text: 'deprecated', brief: 'deprecated', title, alias: null }];
}

function aliasBadge(alias: string, version: number | null, order: AliasOrder): Badge {
  const text = aliasText(alias, version);
  return { kind: isLive(alias, order) ? 'live' : 'alias', text, brief: aliasText(alias), title: text, alias };
}

interface RowToFit {
  /** Of the whole tree, in pixels. */
  readonly width: number;
  readonly depth: number;
  readonly font: Font;
  readonly name: string;
  readonly namespace: string | null;
  readonly badges: readonly Badge[];
  readonly when: string | null;
}

/** What of a row is drawn: `badges` of them, whole, the number of all others, the time. */
export interface RowFit {
  readonly badges: number;
  /** Whether the first badge goes without the version it points at. */
  readonly brief: boolean;
  readonly count: boolean;
  readonly when: boolean;
}

/**
 * What a row has room for.
 *
 * Badges are whole or not there, and a number says how many are not. A long name gives way to the first badge, which
 * tells what is live, and to none of the others; so does the number.
 */
export function fitRow(row: RowToFit): RowFit {
  const { font, badges, when } = row;
  if (row.width === 0) {
    // Nothing is laid out yet, so nothing needs to give way.
    return { badges: badges.length, brief: false, count: false, when: when !== null };
  }
  const inner = row.width - EDGES - BEFORE - STEP * row.depth;
  const name = textWidth(row.name, font);
  const where = row.namespace === null ? 0 : GAP + textWidth(row.namespace, font, SMALL_FONT);
  const room = inner - GAP - Math.min(where, inner * NAMESPACE_SHARE);
  const roomAtMost = room - Math.min(name, Math.max(LEAST_NAME, inner * NAME_SHARE));
  const small = (text: string): number => Math.ceil(textWidth(text, font, BADGE_FONT));
  const widths = badges.map(each => BADGE_EDGES + small(each.text));
  const rest = (left: number): number => small(`+${left}`);
  const beside = wholeIn(room - name, widths, BADGE_GAP, rest);
  const [first, briefly] = [widths[0] ?? 0, BADGE_EDGES + small(badges[0]?.brief ?? '')];
  const brief = beside === 0 && first > roomAtMost && briefly <= roomAtMost;
  const alone = first <= roomAtMost || brief ? 1 : 0;
  const shown = Math.min(badges.length, beside > 0 ? beside : alone);
  const taken = widths.slice(0, shown).reduce((sum, each) => sum + each + BADGE_GAP, 0);
  const left = badges.length - shown;
  const count = left > 0 && (shown === 0 || (!brief && taken + rest(left) <= roomAtMost));
  const used = taken + (count ? rest(left) : 0);
  return { badges: shown, brief, count, when: when !== null && room - name - used - GAP >= small(when) * 1.1 };
}
