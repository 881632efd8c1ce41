import * as React from 'react';

export interface Tab<T extends string> {
  readonly id: T;
  readonly label: string;
  /** Stands beside the label, quietly. */
  readonly count?: string | undefined;
}

interface Props<T extends string> {
  /** What the tabs are of, for a screen reader. */
  label: string;
  tabs: readonly Tab<T>[];
  open: T;
  onOpen: (tab: T) => void;
  /** What is behind the open tab. */
  children: React.ReactNode;
}

/** Tabs and what is behind the open one; arrow keys go from tab to tab. */
export function Tabs<T extends string>({ label, tabs, open, onOpen, children }: Props<T>): React.JSX.Element {
  const id = React.useId();
  const list = React.useRef<HTMLDivElement>(null);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const at = nextTab(
      event.key,
      tabs.findIndex(each => each.id === open),
      tabs.length
    );
    const tab = tabs[at];
    if (tab && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      onOpen(tab.id);
      list.current?.querySelectorAll<HTMLElement>('[role=tab]')[at]?.focus();
    }
  };
  return (
    <>
      <div ref={list} className="mreg-tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map(tab => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}${tab.id}`}
            className="mreg-tab"
            aria-selected={tab.id === open}
            aria-controls={`${id}panel`}
            tabIndex={tab.id === open ? 0 : -1}
            onClick={() => onOpen(tab.id)}
          >
            {tab.label}
            {tab.count !== undefined && <span className="mreg-quiet"> {tab.count}</span>}
          </button>
        ))}
      </div>
      {/* Each tab has a scroll position of its own, so each has an element of its own. */}
      <div key={open} className="mreg-tabpanel" role="tabpanel" id={`${id}panel`} aria-labelledby={`${id}${open}`}>
        {children}
      </div>
    </>
  );
}

/** Which of `count` tabs `key` leads to from the one at `at`; -1 when it leads nowhere. */
function nextTab(key: string, at: number, count: number): number {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return -1;
  }
}
