import type { Event, JsonValue } from '../client/client';

/** What people wrote, which a view sets apart from the words around it. */
export interface Quoted {
  readonly quoted: string;
}

export type EventText = readonly (string | Quoted)[];

/** Longer values are cut: the page itself shows them in full. */
const MOST = 120;

/**
 * What `event` did, without who did it: `moved @Champion from v2 to v3`.
 *
 * @param about the version whose page this is for, which then goes without saying
 */
export function eventText(event: Event, about: number | null = null): EventText {
  const done = doneText(event, about);
  return event.undoes === null ? done : ['undid a change: ', ...done];
}

function doneText(event: Event, about: number | null): EventText {
  const of = event.version === null || event.version === about ? [] : [` of v${event.version}`];
  const on = event.version === null || event.version === about ? [] : [` on v${event.version}`];
  switch (event.action) {
    case 'alias.set':
      return [...aliases(event.after, 'set'), ` to v${event.version}`];
    case 'alias.moved':
      if (first(event.before) === event.version) {
        return [...aliases(event.after, 'kept'), ` at v${event.version}`];
      }
      return [...aliases(event.after, 'moved'), ` from v${asPlain(first(event.before))} to v${event.version}`];
    case 'alias.deleted':
      return [...aliases(event.before, 'removed'), ` from v${event.version}`];
    case 'tag.set':
      return tagSet(event, on);
    case 'tag.deleted':
      return tagDeleted(event, on);
    case 'catalog.updated':
    case 'schema.updated':
    case 'model.updated':
    case 'version.updated':
      return isPin(event)
        ? [`${event.after?.['pinned'] === true ? 'pinned' : 'unpinned'} v${event.version}`]
        : [...updated(event), ...of];
    default:
      return event.action.startsWith('version.') ? ofVersion(event) : ofRegistry(event);
  }
}

/** What happened to a version as a whole. */
function ofVersion(event: Event): EventText {
  const it = `v${event.version}`;
  switch (event.action) {
    case 'version.created':
      return began(event) ? [`began to register ${it}`] : [`registered ${it}`];
    case 'version.status':
      return status(event, it);
    case 'version.stage':
      return stage(event, it);
    case 'version.deleted':
      return [`deleted ${it}`];
    case 'version.restored':
      return [`restored ${it} from the trash`];
    case 'version.purged':
      return [`removed the deleted ${it} for good`];
    default:
      return plainly(event);
  }
}

/** What happened to something larger than a version. */
function ofRegistry(event: Event): EventText {
  switch (event.action) {
    case 'catalog.created':
    case 'schema.created':
    case 'model.created':
      return [`created the ${event.subject} `, quoted(event.name)];
    case 'catalog.deleted':
    case 'schema.deleted':
    case 'model.deleted':
      return [`deleted the ${event.subject} `, quoted(event.name)];
    case 'model.restored':
      return restored(event);
    case 'model.purged':
      return ['removed the deleted model ', quoted(event.name), ' for good'];
    case 'model.renamed':
      return ['renamed the model from ', quoted(event.before?.['name']), ' to ', quoted(event.name)];
    case 'registry.repaired':
      return repaired(event);
    case 'registry.restored':
      return ['restored the registry from the backup ', quoted(event.after?.['backup'])];
    case 'webhook.created':
    case 'webhook.updated':
    case 'webhook.deleted':
      return [`${event.action.slice('webhook.'.length)} the webhook `, quoted(event.name)];
    default:
      return plainly(event);
  }
}

function restored(event: Event): EventText {
  const before = event.before?.['name'];
  const was = before === undefined ? [] : [', where it was called ', quoted(before)];
  return ['restored the model ', quoted(event.name), ' from the trash', ...was];
}

function repaired(event: Event): EventText {
  const rebuilt = event.after?.['rebuilt'];
  return Array.isArray(rebuilt)
    ? ['rebuilt from the activity log: ', quoted(rebuilt.map(asPlain).join(', '))]
    : ['repaired the registry'];
}

/** A newer registry may log what this panel does not know yet. */
function plainly(event: Event): EventText {
  return [`${event.action} `, quoted(event.version === null ? event.name : `${event.name}/${event.version}`)];
}

/** The events worth a line of their own: that a registration began goes without saying once it has ended. */
export function worthTelling(events: readonly Event[]): Event[] {
  const ended = new Set(events.filter(each => each.action === 'version.status').map(each => each.version));
  return events.filter(each => each.action !== 'version.created' || !began(each) || !ended.has(each.version));
}

/** The text of a sentence. */
export function asText(parts: EventText): string {
  return parts.map(each => (typeof each === 'string' ? each : each.quoted)).join('');
}

/** Whether a version was pinned or unpinned. */
export function isPin(event: Event): boolean {
  return event.action === 'version.updated' && event.after !== null && 'pinned' in event.after;
}

function began(event: Event): boolean {
  return event.after?.['status'] === 'PENDING_REGISTRATION';
}

function status(event: Event, it: string): EventText {
  const message = event.after?.['status_message'];
  switch (event.after?.['status']) {
    case 'READY':
      return [`registered ${it}`];
    case 'FAILED_REGISTRATION':
      return message ? [`could not register ${it}: `, quoted(message)] : [`could not register ${it}`];
    default:
      return [`set the status of ${it} to `, quoted(event.after?.['status'])];
  }
}

function stage(event: Event, it: string): EventText {
  const [before, after] = [event.before?.['stage'], event.after?.['stage']];
  const from = before === 'None' ? [] : [' from ', quoted(before)];
  return after === 'None' ? [`took ${it} out of `, quoted(before)] : [`moved ${it}`, ...from, ' to ', quoted(after)];
}

function updated(event: Event): EventText {
  if (event.after && 'deployment_job_id' in event.after) {
    const job = event.after['deployment_job_id'];
    return job === null ? ['disconnected the deployment job'] : ['connected the deployment job ', quoted(job)];
  }
  const [before, after] = [event.before?.['description'], event.after?.['description']];
  return [`${!after ? 'removed' : before ? 'changed' : 'wrote'} the description`];
}

function aliases(change: Event['after'], verb: string): EventText {
  return [`${verb} `, quoted(`@${Object.keys(change ?? {}).join(', @')}`)];
}

function tagSet(event: Event, on: EventText): EventText {
  const [key, value] = Object.entries(event.after ?? {})[0] ?? ['', null];
  const before = event.before?.[key];
  const was = before === undefined || before === null ? [] : [' (was ', quoted(before), ')'];
  return ['set tag ', quoted(key), '=', quoted(value), ...on, ...was];
}

function tagDeleted(event: Event, on: EventText): EventText {
  const [key, value] = Object.entries(event.before ?? {})[0] ?? ['', null];
  return ['removed tag ', quoted(key), ...on, ' (was ', quoted(value), ')'];
}

function first(change: Event['before']): JsonValue | undefined {
  return Object.values(change ?? {})[0];
}

function quoted(value: JsonValue | undefined): Quoted {
  const text = asPlain(value);
  // By characters, so that no emoji is cut in half.
  const characters = [...text];
  return { quoted: characters.length > MOST ? `${characters.slice(0, MOST).join('')}…` : text };
}

function asPlain(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
