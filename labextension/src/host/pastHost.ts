import type { Host } from './host';
import { localTime } from '../registry/format';

/** `host` for a view of what was at `moment`: it asks of then, leads to pages of then, and lets nobody change anything. */
export function pastHost(host: Host, moment: number): Host {
  return {
    client: host.client.at(moment),
    registries: host.registries,
    transfers: host.transfers,
    settings: host.settings,
    opener: host.opener,
    insert: host.insert,
    Markdown: host.Markdown,
    openPage: (page, place) => host.openPage(page, { moment, ...place }),
    openDialog: () => {
      host.notify({
        ok: false,
        message: `This is what was at ${localTime(moment)}, and nothing changes that`,
        hint: 'Go back to now to change what is.'
      });
      return Promise.resolve(false);
    },
    notify: notification => host.notify(notification)
  };
}
