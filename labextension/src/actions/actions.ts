import { Recorder } from '../client/recorder';
import { copyText } from '../components/clipboard';
import type { Host } from '../host/host';
import { notifyingFailure } from '../host/notifying';
import type { IconName } from '../components/Icon';
import { defaultReference } from '../registry/aliases';
import { exact, loadCode, loadUri, usualLine } from '../registry/commandLine';
import { isPrompt } from '../registry/tags';
import { isPage, referenceTo, type Target, targetOfVersion } from '../registry/target';
import { needOf, refusedNow, tellRefusal } from './needs';
import { undoActions } from './undo';

export type ActionId =
  | 'open'
  | 'permissions'
  | 'insert-code'
  | 'insert-line'
  | 'copy-reference'
  | 'copy-uri'
  | 'copy-link'
  | 'compare'
  | 'compare-live'
  | 'set-alias'
  | 'request'
  | 'edit-tags'
  | 'describe'
  | 'new-schema'
  | 'new-model'
  | 'register'
  | 'copy-to'
  | 'export'
  | 'verify'
  | 'rename'
  | 'pin'
  | 'unpin'
  | 'link'
  | 'deprecate'
  | 'undeprecate'
  | 'prune'
  | 'delete';

/** One thing a person can do with a target. Menus show a line between one group and the next. */
export interface Action {
  readonly id: ActionId;
  /** As on screen; it ends in … when a dialog opens. */
  readonly label: string;
  readonly icon: IconName;
  readonly group: 'open' | 'use' | 'change' | 'delete';
  /** Whether it takes something away. */
  readonly danger?: boolean;
  /** Whether it takes a host that opens what is around the registry. */
  readonly needsOpener?: boolean;
  /** What it can be done with. */
  readonly on: readonly Target['kind'][];
  /** Whether it can be done with that very one, as far as it says what is to know. */
  readonly fits?: (target: Target) => boolean;
  /** Do it. What comes of it the person hears from the host. */
  run(host: Host, target: Target): void;
}

const ALL = ['catalog', 'schema', 'model', 'version'] as const;
const PAGES = ['model', 'version'] as const;

/** Everything that can be done with something in the registry: all menus, buttons and commands follow from this table. */
export const ACTIONS: readonly Action[] = [
  { id: 'open', label: 'Open', icon: 'open', group: 'open', on: ALL, run: open },
  { id: 'insert-code', label: 'Insert code', icon: 'code', group: 'use', on: PAGES, run: insertCode },
  { id: 'insert-line', label: 'Insert %modelreg line', icon: 'line', group: 'use', on: PAGES, run: insertLine },
  { id: 'copy-reference', label: 'Copy reference', icon: 'reference', group: 'use', on: ALL, run: copyReference },
  { id: 'copy-uri', label: 'Copy URI', icon: 'reference', group: 'use', on: PAGES, run: copyUri },
  { id: 'copy-link', label: 'Copy link', icon: 'link', group: 'use', needsOpener: true, on: ALL, run: copyLink },
  { id: 'compare', label: 'Compare with…', icon: 'compare', group: 'use', on: ['version'], run: compare },
  {
    id: 'compare-live',
    label: 'Compare with live version',
    icon: 'compare',
    group: 'use',
    on: ['version'],
    run: compareLive
  },
  {
    id: 'permissions',
    label: 'Permissions',
    icon: 'access',
    group: 'use',
    on: ['catalog', 'schema', 'model'],
    run: openPermissions
  },
  { id: 'set-alias', label: 'Set alias…', icon: 'alias', group: 'change', on: PAGES, run: setAlias },
  { id: 'request', label: 'Request approval…', icon: 'requests', group: 'change', on: ['version'], run: request },
  { id: 'edit-tags', label: 'Edit tags…', icon: 'tag', group: 'change', on: PAGES, run: editTags },
  { id: 'describe', label: 'Describe…', icon: 'describe', group: 'change', on: ALL, run: describe },
  { id: 'new-schema', label: 'New schema…', icon: 'schema', group: 'change', on: ['catalog'], run: newSchema },
  { id: 'new-model', label: 'New model…', icon: 'model', group: 'change', on: ['schema'], run: newModel },
  {
    id: 'register',
    label: 'Register version…',
    icon: 'register',
    group: 'change',
    on: ['schema', 'model'],
    run: register
  },
  { id: 'copy-to', label: 'Copy to…', icon: 'copy', group: 'change', on: ['version'], run: copyTo },
  { id: 'export', label: 'Export…', icon: 'export', group: 'change', on: ALL, run: exportTarget },
  {
    id: 'verify',
    label: 'Verify…',
    icon: 'verify',
    group: 'change',
    on: ['catalog', 'schema', 'model'],
    run: verify
  },
  { id: 'rename', label: 'Rename…', icon: 'rename', group: 'change', on: ['model'], run: rename },
  {
    id: 'pin',
    label: 'Pin…',
    icon: 'pin',
    group: 'change',
    on: ['version'],
    fits: each => pinnedIn(each) !== true,
    run: pin
  },
  {
    id: 'unpin',
    label: 'Unpin',
    icon: 'pin',
    group: 'change',
    on: ['version'],
    fits: each => pinnedIn(each) !== false,
    run: unpin
  },
  { id: 'link', label: 'Link…', icon: 'endpoint', group: 'change', on: ['version'], run: link },
  {
    id: 'deprecate',
    label: 'Deprecate…',
    icon: 'deprecated',
    group: 'change',
    on: PAGES,
    fits: each => deprecatedIn(each) !== true,
    run: deprecate
  },
  {
    id: 'undeprecate',
    label: 'Undo deprecation',
    icon: 'deprecated',
    group: 'change',
    on: PAGES,
    fits: each => deprecatedIn(each) !== false,
    run: undeprecate
  },
  {
    id: 'prune',
    label: 'Prune…',
    icon: 'prune',
    group: 'delete',
    danger: true,
    on: ['catalog', 'schema', 'model'],
    run: prune
  },
  { id: 'delete', label: 'Delete…', icon: 'delete', group: 'delete', danger: true, on: ALL, run: remove }
];

/** What can be done with `target`, in the order of a menu; without what changes something where `past` is shown. */
export function actionsFor(target: Target, past = false): readonly Action[] {
  // What an alias means today says nothing of what it meant.
  const fitting = (each: Action): boolean => each.group === 'open' || (each.group === 'use' && !ofNow(each, target));
  return ACTIONS.filter(
    each => each.on.includes(target.kind) && (each.fits?.(target) ?? true) && (!past || fitting(each))
  );
}

/** Whether what `target` names is pinned; undefined where it does not say. */
function pinnedIn(target: Target): boolean | undefined {
  return target.kind === 'version' ? target.pinned : undefined;
}

/** Whether what `target` names is deprecated itself; undefined where it does not say. */
function deprecatedIn(target: Target): boolean | undefined {
  return isPage(target) ? target.deprecated : undefined;
}

/** Whether what `action` does with `target` depends on where aliases point, or on what there is now. */
function ofNow({ id }: Action, target: Target): boolean {
  if (id === 'compare' || id === 'compare-live') {
    return true;
  }
  return target.kind === 'model' && ['insert-code', 'insert-line', 'copy-uri'].includes(id);
}

/** Do `action`, or tell why the person may not. */
export function act(action: Action, host: Host, target: Target): void {
  const refusal = refusedNow(host, needOf(action.id, target));
  if (refusal === null) {
    action.run(host, target);
  } else {
    tellRefusal(host, refusal);
  }
}

/** Do what a key stands for, where that can be done with `target`. */
export function runAction(id: ActionId, host: Host, target: Target): void {
  const action = actionsFor(target, host.client.moment !== null).find(each => each.id === id);
  if (action) {
    act(action, host, target);
  }
}

/** The keys of the file browser, which do the same here. */
export function actionOfKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>
): ActionId | null {
  // Control+Shift+C is the palette.
  if (event.altKey || event.shiftKey) {
    return null;
  }
  if (event.ctrlKey || event.metaKey) {
    return event.key.toLowerCase() === 'c' ? 'copy-reference' : null;
  }
  return event.key === 'F2' ? 'rename' : event.key === 'Delete' ? 'delete' : null;
}

function open(host: Host, target: Target): void {
  host.openPage(target);
}

function openPermissions(host: Host, target: Target): void {
  host.openPage(target, { tab: 'permissions' });
}

function insertCode(host: Host, target: Target): void {
  withReference(host, target, (reference, prompt) => insert(host, loadCode(reference, prompt)));
}

function insertLine(host: Host, target: Target): void {
  withReference(host, target, (reference, prompt) => insert(host, usualLine(reference, prompt)));
}

/** Copy what names `target` in code and on a line. */
export function copyReference(host: Host, target: Target): void {
  const reference = referenceTo(target);
  copy(host, reference, `Copied ${reference}`);
}

/** What MLflow loads: of a model, what its aliases say now. */
function copyUri(host: Host, target: Target): void {
  withReference(host, target, (reference, prompt) => {
    const uri = loadUri(reference, prompt);
    copy(host, uri, `Copied ${uri}`);
  });
}

function copyLink(host: Host, target: Target): void {
  if (host.opener !== null) {
    copy(host, host.opener.link(target), `Copied the link to ${referenceTo(target)}`);
  }
}

function compare(host: Host, target: Target): void {
  void host.openDialog({ kind: 'compare', references: [referenceTo(target)] });
}

/** Hold `target` against what the first alias of its model says is live. */
function compareLive(host: Host, target: Target): void {
  void notifyingFailure(host, async () => {
    const [alias = 'Champion'] = host.settings.aliasOrder;
    const reference = referenceTo(target);
    const live = await host.client.call('versions.get', { reference: exact(`${target.name}@${alias}`) });
    if (referenceTo(targetOfVersion(live)) === reference) {
      const hint = 'Choose another one with “Compare with…”.';
      host.notify({ ok: false, message: `${reference} is @${alias} itself`, hint });
    } else {
      host.openPage({ kind: 'compare', references: [referenceTo(targetOfVersion(live)), reference] });
    }
  });
}

function setAlias(host: Host, target: Target): void {
  void host.openDialog(
    target.kind === 'version'
      ? { kind: 'alias', model: target.name, version: target.version }
      : { kind: 'alias', model: target.name }
  );
}

function request(host: Host, target: Target): void {
  if (target.kind === 'version') {
    void host.openDialog({ kind: 'request', model: target.name, version: target.version });
  }
}

function editTags(host: Host, target: Target): void {
  if (isPage(target)) {
    void host.openDialog({ kind: 'tags', target });
  }
}

function describe(host: Host, target: Target): void {
  void host.openDialog({ kind: 'describe', target });
}

function newSchema(host: Host, target: Target): void {
  void host.openDialog({ kind: 'create', what: 'schema', within: target.name });
}

function newModel(host: Host, target: Target): void {
  void host.openDialog({ kind: 'create', what: 'model', within: target.name });
}

function register(host: Host, target: Target): void {
  void host.openDialog(
    target.kind === 'schema' ? { kind: 'register', namespace: target.name } : { kind: 'register', model: target.name }
  );
}

function copyTo(host: Host, target: Target): void {
  if (target.kind === 'version') {
    void host.openDialog({ kind: 'copy', model: target.name, version: target.version });
  }
}

function exportTarget(host: Host, target: Target): void {
  void host.openDialog({ kind: 'export', target });
}

function verify(host: Host, target: Target): void {
  if (target.kind !== 'version') {
    void host.openDialog({ kind: 'verify', target });
  }
}

function rename(host: Host, target: Target): void {
  void host.openDialog({ kind: 'rename', model: target.name });
}

function pin(host: Host, target: Target): void {
  if (target.kind === 'version') {
    void host.openDialog({ kind: 'pin', model: target.name, version: target.version });
  }
}

function unpin(host: Host, target: Target): void {
  void notifyingFailure(host, async () => {
    const recorder = new Recorder(host.client);
    const reference = referenceTo(target);
    const changes = await recorder.client.call('versions.unpin', { reference: exact(reference) });
    const message = changes.some(each => each.before) ? `Unpinned ${reference}` : `${reference} was not pinned`;
    host.notify({ ok: true, message, actions: undoActions(host, await recorder.undoable()) });
  });
}

function link(host: Host, target: Target): void {
  if (target.kind === 'version') {
    void host.openDialog({ kind: 'link', model: target.name, version: target.version });
  }
}

function deprecate(host: Host, target: Target): void {
  if (isPage(target)) {
    void host.openDialog({ kind: 'deprecate', target });
  }
}

function undeprecate(host: Host, target: Target): void {
  void notifyingFailure(host, async () => {
    const recorder = new Recorder(host.client);
    const reference = referenceTo(target);
    const gone = await recorder.client.call('deprecations.remove', { reference: exact(reference) });
    const message =
      gone.length > 0 ? `${reference} is not deprecated any more` : `${reference} was not deprecated itself`;
    host.notify({ ok: true, message, actions: undoActions(host, await recorder.undoable()) });
  });
}

function prune(host: Host, target: Target): void {
  if (target.kind !== 'version') {
    void host.openDialog({ kind: 'prune', target });
  }
}

function remove(host: Host, target: Target): void {
  void host.openDialog({ kind: 'delete', target });
}

/** Go on with what to load of `target`, and whether it is a prompt: a version as it is, of a model what its aliases say. */
function withReference(host: Host, target: Target, go: (reference: string, prompt: boolean) => void): void {
  void notifyingFailure(host, async () => {
    const model = await host.client.call('models.get', { name: target.name });
    const reference =
      target.kind === 'version' ? referenceTo(target) : defaultReference(model, host.settings.aliasOrder);
    go(reference, isPrompt(model));
  });
}

/** Put code where the person is writing; a host that has nowhere to write offers the clipboard instead. */
export function insert(host: Host, code: string): void {
  if (host.insert !== null) {
    host.insert(code);
  } else {
    copy(host, code, 'Copied the code: paste it into a cell');
  }
}

/** Copy `text`, and say `message` when that went well. */
export function copy(host: Host, text: string, message: string): void {
  void notifyingFailure(host, async () => {
    await copyText(text);
    host.notify({ ok: true, message });
  });
}
