import type { Trashed, Version } from '../client/client';

/** What a page, a dialog or an action is about. Names are full: `prod.ml_team.fraud`, `prod.ml_team`. */
export type Target =
  | { readonly kind: 'catalog' | 'schema'; readonly name: string }
  | {
      readonly kind: 'model';
      readonly name: string;
      /** Whether it is deprecated, where whoever names it knows. */
      readonly deprecated?: boolean;
    }
  | {
      readonly kind: 'version';
      readonly name: string;
      readonly version: number;
      /** Whether it is pinned, where whoever names it knows. */
      readonly pinned?: boolean;
      /** Whether it is deprecated itself, where whoever names it knows. */
      readonly deprecated?: boolean;
    };

/** What has a page of its own. */
export type PageTarget = Target & { readonly kind: 'model' | 'version' };

/** A catalog or schema, whose page tells what happens in it. */
export type ContainerTarget = Target & { readonly kind: 'catalog' | 'schema' };

/** The page of the registry as a whole. */
export interface RegistryTarget {
  readonly kind: 'registry';
}

/** What the activity log tells of. */
export type LoggedTarget = Target | RegistryTarget;

/** The page of a run, which is no part of the registry; `name` is what it is called, where that is known. */
export interface RunTarget {
  readonly kind: 'run';
  readonly run_id: string;
  readonly name?: string;
}

/** The page of an experiment or a logged model of MLflow, and what that is called, where it is known. */
export interface TrackedTarget {
  readonly kind: 'experiment' | 'logged-model';
  readonly id: string;
  readonly name?: string;
}

/** The page of the trash. */
export interface TrashTarget {
  readonly kind: 'trash';
}

/** The page of all requests. */
export interface InboxTarget {
  readonly kind: 'requests';
}

/** The page of one request. */
export interface RequestTarget {
  readonly kind: 'request';
  readonly id: number;
}

/** The page of two to five versions side by side, the first of which the others are held against. */
export interface CompareTarget {
  readonly kind: 'compare';
  /** `prod.ml_team.fraud/3`, or by an alias: `prod.ml_team.fraud@Champion`. */
  readonly references: readonly string[];
}

/** The page of what a filter finds; `filter` is as somebody wrote it, and may be empty. */
export interface FindTarget {
  readonly kind: 'find';
  readonly filter: string;
}

/** Whatever has a page. */
export type AnyPage =
  LoggedTarget | RunTarget | TrackedTarget | TrashTarget | InboxTarget | RequestTarget | CompareTarget | FindTarget;

/** How many versions are compared. */
export const FEWEST_COMPARED = 2;
export const MOST_COMPARED = 5;

/** Begin the keys of pages that are of no model; no model has a name like that, since MLflow allows no colon in one. */
const RUN = 'run:';
const TRASH = 'trash:';
const REGISTRY = 'registry:';
const REQUESTS = 'requests:';
const COMPARE = 'compare:';
const FIND = 'find:';
const REQUEST = /^request:(\d+)$/;
const CONTAINER = /^(catalog|schema):(.+)$/s;
const TRACKED = /^(experiment|logged-model):(.+)$/s;

/** Whether `target` is a model or a version. */
export function isPage(target: LoggedTarget): target is PageTarget {
  return target.kind === 'model' || target.kind === 'version';
}

/** How the registry names `target`: `prod.ml_team.fraud/3`, or just the name. */
export function referenceTo(target: Target): string {
  return target.kind === 'version' ? `${target.name}/${target.version}` : target.name;
}

/** What in the registry `page` is of; null for the others. */
export function inRegistry(page: AnyPage | null): Target | null {
  switch (page?.kind) {
    case undefined:
    case 'run':
    case 'experiment':
    case 'logged-model':
    case 'trash':
    case 'registry':
    case 'requests':
    case 'request':
    case 'compare':
    case 'find':
      return null;
    default:
      return page;
  }
}

/** What `page` is called where it is led to. */
export function pageTitle(page: AnyPage): string {
  switch (page.kind) {
    case 'run':
      return 'Run';
    case 'experiment':
      return 'Experiment';
    case 'logged-model':
      return 'Logged model';
    case 'trash':
      return 'Trash';
    case 'registry':
      return 'Registry';
    case 'requests':
      return 'Requests';
    case 'request':
      return `Request ${page.id}`;
    case 'compare':
      return 'Comparison';
    case 'find':
      return 'Find';
    default:
      return referenceTo(page);
  }
}

/** What tells `page` from every other one. */
export function pageKey(page: AnyPage): string {
  switch (page.kind) {
    case 'run':
      return RUN + page.run_id;
    case 'trash':
      return TRASH;
    case 'registry':
      return REGISTRY;
    case 'requests':
      return REQUESTS;
    case 'request':
      return `request:${page.id}`;
    case 'compare':
      return COMPARE + page.references.join(':');
    case 'find':
      return FIND + page.filter;
    case 'experiment':
    case 'logged-model':
      return `${page.kind}:${page.id}`;
    case 'catalog':
    case 'schema':
      return `${page.kind}:${page.name}`;
    default:
      return referenceTo(page);
  }
}

/** The page whose key is `key`. */
export function pageOfKey(key: string): AnyPage {
  if (key === TRASH) {
    return { kind: 'trash' };
  }
  if (key === REGISTRY) {
    return { kind: 'registry' };
  }
  if (key === REQUESTS) {
    return { kind: 'requests' };
  }
  const request = REQUEST.exec(key);
  if (request) {
    return { kind: 'request', id: Number(request[1]) };
  }
  if (key.startsWith(COMPARE)) {
    return { kind: 'compare', references: key.slice(COMPARE.length).split(':') };
  }
  if (key.startsWith(FIND)) {
    return { kind: 'find', filter: key.slice(FIND.length) };
  }
  const container = CONTAINER.exec(key);
  if (container) {
    return { kind: container[1] === 'catalog' ? 'catalog' : 'schema', name: container[2] ?? '' };
  }
  const tracked = TRACKED.exec(key);
  if (tracked) {
    return { kind: tracked[1] === 'experiment' ? 'experiment' : 'logged-model', id: tracked[2] ?? '' };
  }
  return key.startsWith(RUN) ? { kind: 'run', run_id: key.slice(RUN.length) } : pageTarget(key);
}

/** The model or version that `reference` (as `referenceTo` writes it) names. */
export function pageTarget(reference: string): PageTarget {
  const version = /^(.*)\/(\d+)$/s.exec(reference);
  return version
    ? { kind: 'version', name: version[1] ?? '', version: Number(version[2]) }
    : { kind: 'model', name: reference };
}

/** The page of `version`, with what menus want to know of it. */
export function targetOfVersion(version: Version): Target & { readonly kind: 'version' } {
  const { name, version: number, pinned, deprecated } = version;
  return { kind: 'version', name, version: number, pinned, deprecated: deprecated !== null };
}

/** What names something in the trash. */
export function trashedReference({ name, version }: Pick<Trashed, 'name' | 'version'>): string {
  return version === null ? name : `${name}/${version}`;
}
