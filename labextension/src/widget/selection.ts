import type { ExplorerStore } from '../explorer/explorerStore';
import { pageTarget } from '../registry/target';
import type { WidgetModel } from './model';

/** Keep the selected row and the trait `selected` the same. Returns how to stop. */
export function bindSelection(explorer: ExplorerStore, model: WidgetModel): () => void {
  let last = explorer.state().selected;
  const fromTree = (): void => {
    const { rows, selected } = explorer.state();
    if (selected === last) {
      return;
    }
    last = selected;
    const row = rows.find(each => each.key === selected);
    // What Python selected may not be there; then there is nothing to tell back.
    if (row || selected === null) {
      const reference = row?.type === 'node' ? referenceOf(row.key) : null;
      if (reference !== model.get('selected')) {
        model.set('selected', reference);
        model.save_changes();
      }
    }
  };
  const fromPython = (): void => {
    const reference = model.get('selected');
    if (reference !== null && reference !== referenceOf(explorer.state().selected)) {
      void explorer.reveal(pageTarget(reference));
    }
  };
  const stop = explorer.subscribe(fromTree);
  model.on('change:selected', fromPython);
  fromPython();
  return () => {
    stop();
    model.off('change:selected', fromPython);
  };
}

/** The reference in a row's key; null for what is no model and no version. */
function referenceOf(key: string | null): string | null {
  return /^(?:model|version):(.*)$/s.exec(key ?? '')?.[1] ?? null;
}
