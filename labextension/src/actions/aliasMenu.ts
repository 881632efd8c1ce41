import type { Host } from '../host/host';
import { loadCode, loadUri } from '../registry/commandLine';
import { copy, insert } from './actions';
import { need } from './needs';
import type { MenuContent } from './useMenu';

/** An alias of a model, and the version it points at. */
export interface AliasTarget {
  readonly model: string;
  readonly alias: string;
  readonly version: number;
  /** Whether the model is a prompt, which is loaded in another way. */
  readonly prompt: boolean;
}

/** What can be done with an alias, as a menu. */
export function aliasMenu(host: Host, target: AliasTarget): MenuContent {
  const { model, alias, version, prompt } = target;
  const reference = `${model}@${alias}`;
  const items: MenuContent['items'] = [
    {
      id: 'open',
      label: `Open v${version}`,
      icon: 'open',
      group: 'open',
      run: () => host.openPage({ kind: 'version', name: model, version })
    },
    {
      id: 'history',
      label: 'History',
      icon: 'history',
      group: 'open',
      run: () => host.openPage({ kind: 'model', name: model }, { tab: 'activity', alias })
    },
    {
      id: 'insert-code',
      label: 'Insert code',
      icon: 'code',
      group: 'use',
      run: () => insert(host, loadCode(reference, prompt))
    },
    {
      id: 'copy-uri',
      label: 'Copy URI',
      icon: 'reference',
      group: 'use',
      run: () => {
        const uri = loadUri(reference, prompt);
        copy(host, uri, `Copied ${uri}`);
      }
    },
    {
      id: 'move',
      label: 'Move to version…',
      icon: 'alias',
      group: 'change',
      need: need('aliases.set', model),
      run: () => void host.openDialog({ kind: 'alias', model, alias })
    },
    {
      id: 'rollback',
      label: 'Roll back…',
      icon: 'undo',
      group: 'change',
      need: need('aliases.rollback', model),
      run: () => void host.openDialog({ kind: 'rollback', model, alias })
    },
    {
      id: 'remove',
      label: 'Remove alias…',
      icon: 'delete',
      group: 'delete',
      danger: true,
      need: need('aliases.remove', model),
      run: () => void host.openDialog({ kind: 'remove-alias', model, alias })
    }
  ];
  // Where a past is shown, nothing can be changed, and what loads an alias would load what it means today.
  const shown = host.client.moment === null ? items : items.filter(each => each.group === 'open');
  return { items: shown, label: `Actions for @${alias} of ${model}` };
}
