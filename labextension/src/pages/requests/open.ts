import type { Client, ToldRequest } from '../../client/client';
import { exact } from '../../registry/commandLine';
import type { ActivityChanges } from '../../state/activityPoller';

/** More than so many open requests on one thing are not looked for. */
const MOST = 100;

/** What `Query.want` takes to read what is asked of something and not decided yet; nothing where the past is shown. */
export function openRequests(
  client: Client,
  reference: string
): [key: string | null, fetch: (signal: AbortSignal) => Promise<readonly ToldRequest[]>] {
  return [
    client.moment === null ? 'requests' : null,
    signal => client.call('requests.list', { reference: exact(reference), limit: MOST }, signal)
  ];
}

/** Whether `changes` may have changed what is asked, or where what was asked for stands. */
export function changeRequests(changes: ActivityChanges): boolean {
  return changes === 'all' || changes.some(each => /^(?:request|alias|version)\./.test(each.action));
}
