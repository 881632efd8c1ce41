import * as React from 'react';

import { Icon, type IconName } from '../components/Icon';
import { useHost } from '../host/host';
import { type Need, refusalText, useRefusal } from '../host/rights';
import { tellRefusal } from './needs';

/** Where a menu opens, in pixels of the window. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One line of a menu; there is a rule between one group and the next. */
export interface MenuItem {
  /** Tells it from the others. */
  readonly id: string;
  /** As on screen; it ends in … when a dialog opens. */
  readonly label: string;
  readonly icon: IconName;
  readonly group: string;
  /** Whether it takes something away. */
  readonly danger?: boolean;
  /** What it takes to do it; null, or nothing, where it takes no right. */
  readonly need?: Need | null;
  run(): void;
}

/** A menu over the page. It takes the focus, and `onClose` is called once. */
export function Menu(props: {
  items: readonly MenuItem[];
  /** What it is about, for who cannot see where it opens. */
  label: string;
  at: Point;
  onClose: () => void;
}): React.JSX.Element {
  const { items, label, at, onClose } = props;
  const ref = React.useRef<HTMLDivElement>(null);
  usePlace(ref, at);
  useLeaving(ref, onClose);
  return (
    <div
      ref={ref}
      className="mreg-root mreg-menu"
      role="menu"
      aria-label={label}
      onKeyDown={event => keyed(event, onClose)}
      onContextMenu={event => {
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {items.map((item, index) => (
        <React.Fragment key={item.id}>
          {index > 0 && items[index - 1]?.group !== item.group && <div role="separator" />}
          <Line item={item} onClose={onClose} />
        </React.Fragment>
      ))}
    </div>
  );
}

/** One line. Who may not do that can still reach it, and hears why by its title, and by a click. */
function Line({ item, onClose }: { item: MenuItem; onClose: () => void }): React.JSX.Element {
  const host = useHost();
  const refusal = useRefusal(item.need ?? null);
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={`mreg-menu-item${item.danger ? ' mreg-mod-danger' : ''}`}
      aria-disabled={refusal !== null || undefined}
      title={refusal === null ? undefined : refusalText(refusal)}
      onPointerMove={event => event.currentTarget.focus()}
      onClick={event => {
        event.stopPropagation();
        onClose();
        if (refusal === null) {
          item.run();
        } else {
          tellRefusal(host, refusal);
        }
      }}
    >
      <Icon name={item.icon} />
      {item.label}
    </button>
  );
}

/** Put the menu over everything, where there is room for it, with the focus on its first item. */
function usePlace(ref: React.RefObject<HTMLDivElement>, at: Point): void {
  React.useLayoutEffect(() => {
    const element = ref.current;
    const before = document.activeElement;
    if (!element) {
      return undefined;
    }
    // As a popover it is above all, and what scrolls or clips around it does not matter. Old browsers have none.
    if ('showPopover' in element) {
      element.popover = 'manual';
      element.showPopover();
    }
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(0, Math.min(at.x, window.innerWidth - width))}px`;
    element.style.top = `${Math.max(0, Math.min(at.y, window.innerHeight - height))}px`;
    itemsOf(element)[0]?.focus();
    return () => {
      // Only when nothing else has taken the focus meanwhile, as a dialog does.
      if (
        before instanceof HTMLElement &&
        (element.contains(document.activeElement) || document.activeElement === document.body)
      ) {
        before.focus();
      }
    };
  }, [ref, at]);
}

/** A click elsewhere, scrolling, or another window closes the menu. */
function useLeaving(ref: React.RefObject<HTMLDivElement>, onClose: () => void): void {
  const close = React.useRef(onClose);
  close.current = onClose;
  React.useEffect(() => {
    const outside = (event: globalThis.Event): void => {
      if (!(event.target instanceof Node && ref.current?.contains(event.target))) {
        close.current();
      }
    };
    const left = (): void => close.current();
    window.addEventListener('pointerdown', outside, true);
    window.addEventListener('wheel', outside, { capture: true, passive: true });
    window.addEventListener('blur', left);
    return () => {
      window.removeEventListener('pointerdown', outside, true);
      window.removeEventListener('wheel', outside, true);
      window.removeEventListener('blur', left);
    };
  }, [ref]);
}

function keyed(event: React.KeyboardEvent<HTMLDivElement>, onClose: () => void): void {
  const items = itemsOf(event.currentTarget);
  const at = items.findIndex(each => each === document.activeElement);
  const places: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  const to = places[event.key];
  if (to !== undefined) {
    items.at(to % items.length)?.focus();
  } else if (event.key === 'Escape' || event.key === 'Tab') {
    onClose();
  } else if (event.key !== 'Enter' && event.key !== ' ') {
    return;
  }
  if (event.key !== 'Enter' && event.key !== ' ') {
    event.preventDefault();
  }
  event.stopPropagation();
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
}
