import { IRouter, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';

import { notifyingFailure } from '../../host/notifying';
import { askedBy, PARAMETER, withoutAsked } from '../opener/address';
import { IExplorer, IHostProvider } from '../tokens';

const FOLLOW = 'modelreg:follow-address';

/** An address like `/lab?modelreg=prod.risk.fraud/12` opens that page. */
export const address: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-modelreg:address',
  description: 'Addresses that lead to models, versions and runs',
  autoStart: true,
  requires: [IHostProvider, IExplorer],
  optional: [IRouter],
  activate: (app: JupyterFrontEnd, provider: IHostProvider, explorer: IExplorer, router: IRouter | null): void => {
    if (router === null) {
      return;
    }
    let followed: string | null = null;
    app.commands.addCommand(FOLLOW, {
      label: 'Open the page in the address',
      execute: args => {
        // The router hands a location to every command.
        const { search } = args as unknown as Required<IRouter.ILocation>;
        // JupyterLab may follow the address of the page more than once while it starts, each time with less in it.
        const asked = new URLSearchParams(search).getAll(PARAMETER).join();
        const again = asked === followed;
        followed = asked;
        // What was open is restored first, for which JupyterLab waits until all commands of the address have returned:
        // it must not come to lie over the page that was asked for.
        void app.restored.then(() => {
          const { path, search: left, hash } = router.current;
          router.navigate(`${path}${withoutAsked(left ?? '')}${hash}`, { skipRouting: true });
          if (again) {
            return undefined;
          }
          explorer.activate();
          return follow(search, provider);
        });
      }
    });
    router.register({ command: FOLLOW, pattern: new RegExp(`[?&]${PARAMETER}=`), rank: 20 });
  }
};

async function follow(search: string, provider: IHostProvider): Promise<void> {
  const host = provider.host();
  const asked = askedBy(search);
  if (asked === null) {
    host.notify({
      ok: false,
      message: 'The address names no model, version or run',
      hint: `It should end like ?${PARAMETER}=prod.team.fraud or ?${PARAMETER}=prod.team.fraud/3.`
    });
    return;
  }
  if ('page' in asked) {
    const { page } = asked;
    await notifyingFailure(host, async () => {
      // A page is of one registry.
      await host.registries?.known();
      host.openPage(page);
    });
    return;
  }
  await notifyingFailure(host, async () => {
    const { name, version } = await host.client.call('versions.get', { reference: asked.reference });
    host.openPage({ kind: 'version', name, version });
  });
}
