import * as React from 'react';

import { type Action, actionsFor } from './actions';
import { Menu, type MenuItem, type Point } from './Menu';
import { needOf } from './needs';
import { Icon } from '../components/Icon';
import { type Host, useHost } from '../host/host';
import { referenceTo, type Target } from '../registry/target';

/** A menu to open: what is in it, and what it is about. */
export interface MenuContent {
  readonly items: readonly MenuItem[];
  readonly label: string;
}

/** What can be done with `target`, as a menu. */
export function targetMenu(host: Host, target: Target, without?: Action['id']): MenuContent {
  const items = actionsFor(target, host.client.moment !== null)
    .filter(each => each.id !== without && !(each.needsOpener && host.opener === null))
    .map(action => ({ ...action, need: needOf(action.id, target), run: () => action.run(host, target) }));
  return { items, label: `Actions for ${referenceTo(target)}` };
}

/**
 * A menu that the view opens, at a point or for a click or right click, and the element to draw for it.
 *
 * A click opens it below what was clicked, and closes it again. A right click is not passed on to the host, whose own
 * menu would cover this one; with Shift it is the browser's.
 */
export function useMenu(): {
  readonly open: (content: MenuContent, at: Point | React.MouseEvent) => void;
  readonly isOpen: boolean;
  readonly menu: React.JSX.Element | null;
} {
  const [shown, setShown] = React.useState<(MenuContent & { at: Point }) | null>(null);
  const open = React.useCallback((content: MenuContent, at: Point | React.MouseEvent): void => {
    if (!('currentTarget' in at)) {
      setShown({ ...content, at });
    } else if (at.type !== 'contextmenu') {
      const { left, bottom } = at.currentTarget.getBoundingClientRect();
      setShown(old => (old ? null : { ...content, at: { x: left, y: bottom } }));
    } else if (!at.shiftKey) {
      at.preventDefault();
      at.stopPropagation();
      setShown({ ...content, at: { x: at.clientX, y: at.clientY } });
    }
  }, []);
  const close = React.useCallback(() => setShown(null), []);
  return { open, isOpen: shown !== null, menu: shown && <Menu {...shown} onClose={close} /> };
}

/** A button that opens the menu of `target` below itself. */
export function MenuButton(props: { target: Target; label?: string; without?: Action['id'] }): React.JSX.Element {
  const { target, label = 'More actions', without } = props;
  const host = useHost();
  const { open, isOpen, menu } = useMenu();
  return (
    <>
      <button
        type="button"
        className="mreg-button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        title={label}
        onClick={event => open(targetMenu(host, target, without), event)}
      >
        <Icon name="more" />
      </button>
      {menu}
    </>
  );
}
