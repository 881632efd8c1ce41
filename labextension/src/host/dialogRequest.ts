import type { Policy, Trashed } from '../client/client';
import type { Place } from '../registry/governance/requests';
import type { PageTarget, Target } from '../registry/target';
import type { Securable } from '../registry/access/securable';

/** Which dialog to open, about what, and what stands in its fields at first. */
export type DialogRequest = (
  | {
      readonly kind: 'register';
      readonly source?: string;
      readonly model?: string;
      readonly namespace?: string;
      readonly aliases?: readonly string[];
      readonly tags?: Readonly<Record<string, string>>;
      readonly description?: string;
    }
  | { readonly kind: 'alias'; readonly model: string; readonly alias?: string; readonly version?: number }
  | {
      readonly kind: 'tags';
      readonly target: Target & { readonly kind: 'model' | 'version' };
      /** Tags to add to those there are. */
      readonly tags?: Readonly<Record<string, string>>;
    }
  /** `text` is a draft, in the place of the description there is. */
  | { readonly kind: 'describe'; readonly target: Target; readonly text?: string }
  | { readonly kind: 'copy'; readonly model: string; readonly version: number; readonly to?: string }
  /** `within` is the catalog or schema it is to be in. */
  | { readonly kind: 'create'; readonly what: 'catalog' | 'schema' | 'model'; readonly within?: string }
  | { readonly kind: 'rename'; readonly model: string }
  | { readonly kind: 'delete'; readonly target: Target }
  | { readonly kind: 'pin'; readonly model: string; readonly version: number }
  /** Compare these versions with one that is chosen there. */
  | { readonly kind: 'compare'; readonly references: readonly string[] }
  | { readonly kind: 'link'; readonly model: string; readonly version: number }
  | { readonly kind: 'unlink'; readonly model: string; readonly version: number; readonly url: string }
  | { readonly kind: 'deprecate'; readonly target: PageTarget; readonly instead?: string }
  | { readonly kind: 'prune'; readonly target: Target & { readonly kind: 'catalog' | 'schema' | 'model' } }
  /** To `version`, or to where it pointed before. */
  | { readonly kind: 'rollback'; readonly model: string; readonly alias: string; readonly version?: number }
  | { readonly kind: 'remove-alias'; readonly model: string; readonly alias: string }
  /** A model, under another name. */
  | { readonly kind: 'restore'; readonly trashed: Trashed }
  /** What is to go; all that is in the trash where it is null. */
  | { readonly kind: 'purge'; readonly trashed: Trashed | null }
  /** Without a target, all models. */
  | { readonly kind: 'export'; readonly target?: Target }
  | { readonly kind: 'import' | 'backup' }
  /** Keep this filter under a name. */
  | { readonly kind: 'save-search'; readonly filter: string }
  | { readonly kind: 'delete-search'; readonly name: string }
  /** Without a target, the whole registry. */
  | { readonly kind: 'verify'; readonly target?: Target & { readonly kind: 'catalog' | 'schema' | 'model' } }
  /** Put a policy on something, in the place of the one that stands there if any. */
  | { readonly kind: 'policy'; readonly on: Place; readonly policy?: Policy }
  | { readonly kind: 'remove-policy'; readonly on: Place; readonly policy: Policy }
  /** Ask for an alias, or a stage where none is named, of a version: of the newest one without a number. */
  | {
      readonly kind: 'request';
      readonly model: string;
      readonly version?: number;
      readonly alias?: string;
      readonly stage?: string;
    }
  /** Ask for privileges; those that stand there at first. */
  | { readonly kind: 'request-access'; readonly on: Place; readonly privileges?: readonly string[] }
  /** What to do with the request of that number. */
  | { readonly kind: 'decide'; readonly verb: 'approve' | 'reject' | 'cancel'; readonly id: number }
  | { readonly kind: 'grant'; readonly on: Securable; readonly to?: string; readonly privileges?: readonly string[] }
  | { readonly kind: 'revoke'; readonly on: Securable; readonly principal: string }
  | { readonly kind: 'owner'; readonly on: Securable }
  /** A new one where it has no name. */
  | { readonly kind: 'group'; readonly name?: string }
  | { readonly kind: 'delete-group'; readonly name: string }
  /** For a tag that is not governed yet, where it has no key. */
  | { readonly kind: 'tag-policy'; readonly key?: string }
  | { readonly kind: 'delete-tag-policy'; readonly key: string }
  /** Show another registry: the one at `address`, with a field for its token. */
  | { readonly kind: 'connect'; readonly address?: string; readonly wantsToken?: boolean }
  /** Which registry is shown. */
  | { readonly kind: 'about' }
  | { readonly kind: 'delete-versions'; readonly model: string; readonly versions: readonly number[] }
) & { readonly reason?: string };
