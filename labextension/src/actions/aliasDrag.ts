import type * as React from 'react';

import type { Host } from '../host/host';
import { loadCode } from '../registry/commandLine';
import type { AliasTarget } from './aliasMenu';
import { need, refusedNow } from './needs';

/** The kind of data that tells code of ours that is dragged from what others drag. */
export const DRAGGED = 'application/x-modelreg-code';
/** The same for an alias, which may be dropped onto a version too. */
const DRAGGED_ALIAS = 'application/x-modelreg-alias';
const OVER = 'mreg-mod-alias-over';

/** What is dragged just now: a browser keeps the data itself back until it is dropped. */
let dragged: AliasTarget | null = null;

/** Let `code` be dragged: editors take it as text. */
export function dragCode(event: React.DragEvent, code: string): void {
  event.dataTransfer.effectAllowed = 'copyMove';
  event.dataTransfer.setData('text/plain', code);
  event.dataTransfer.setData(DRAGGED, code);
}

/** Let an alias be dragged, as the code that loads it and onto another version of its model. */
export function dragAlias(event: React.DragEvent, target: AliasTarget): void {
  dragCode(event, loadCode(`${target.model}@${target.alias}`, target.prompt));
  event.dataTransfer.setData(DRAGGED_ALIAS, target.alias);
  dragged = target;
}

/** A version under the mouse, and the element that shows it. */
export interface VersionUnder {
  readonly model: string;
  readonly version: number;
  readonly element: Element;
}

/** What makes an element take an alias dropped onto one of the versions in it: the dialog opens, filled in. */
export function aliasDrop(
  host: Host,
  versionUnder: (event: React.DragEvent) => VersionUnder | null
): Pick<React.DOMAttributes<HTMLElement>, 'onDragOver' | 'onDragLeave' | 'onDrop'> {
  if (host.client.moment !== null) {
    return {};
  }
  const fitting = (event: React.DragEvent): (VersionUnder & { alias: string }) | null => {
    const under = event.dataTransfer.types.includes(DRAGGED_ALIAS) && dragged !== null ? versionUnder(event) : null;
    const allowed = under !== null && refusedNow(host, need('aliases.set', under.model)) === null;
    return allowed && under.model === dragged?.model && under.version !== dragged.version
      ? { ...under, alias: dragged.alias }
      : null;
  };
  const mark = (event: React.DragEvent, element: Element | null): void => {
    event.currentTarget.querySelectorAll(`.${OVER}`).forEach(each => each.classList.remove(OVER));
    element?.classList.add(OVER);
  };
  return {
    onDragOver: event => {
      const under = fitting(event);
      mark(event, under?.element ?? null);
      if (under) {
        event.preventDefault();
        event.dataTransfer.dropEffect = 'move';
      }
    },
    onDragLeave: event => mark(event, null),
    onDrop: event => {
      const under = fitting(event);
      mark(event, null);
      dragged = null;
      if (under) {
        event.preventDefault();
        event.stopPropagation();
        const { model, alias, version } = under;
        void host.openDialog({ kind: 'alias', model, alias, version });
      }
    }
  };
}
