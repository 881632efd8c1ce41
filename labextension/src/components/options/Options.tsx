import * as React from 'react';

/** Something to pick. */
export interface Option {
  readonly key: string;
  readonly label: string;
  /** Said quietly beside it. */
  readonly detail?: string;
  /** Whether there is more to pick once it is picked: then the list stays. */
  readonly goesOn?: boolean;
}

/** The list of what may be picked, below a field that keeps the focus. */
export function Options(props: {
  id: string;
  options: readonly Option[];
  at: number;
  /** Said when there is nothing to pick. */
  nothing?: string | undefined;
  onPick: (option: Option) => void;
}): React.JSX.Element {
  const { id, options, at, nothing, onPick } = props;
  const chosen = React.useRef<HTMLLIElement>(null);
  React.useEffect(() => {
    // What newer browsers return would be taken for a way to undo it.
    chosen.current?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  if (options.length === 0) {
    // A list box must have something to pick in it.
    return (
      <div id={id} className="mreg-options mreg-quiet" role="status">
        {nothing}
      </div>
    );
  }
  return (
    <ul id={id} className="mreg-options" role="listbox" aria-label="Suggestions">
      {options.map((option, index) => (
        <li
          key={option.key}
          id={`${id}${index}`}
          ref={index === at ? chosen : null}
          role="option"
          aria-selected={index === at}
          // The field keeps the focus, so that a click does not close the list before it is heard.
          onMouseDown={event => event.preventDefault()}
          onClick={() => onPick(option)}
        >
          <bdi>{option.label}</bdi>
          {option.detail && <span className="mreg-quiet">{option.detail}</span>}
        </li>
      ))}
    </ul>
  );
}

/** The option that an arrow key leads to, round the ends; null for any other key. */
export function steppedTo(key: string, at: number, count: number): number | null {
  if (count === 0 || (key !== 'ArrowDown' && key !== 'ArrowUp')) {
    return null;
  }
  return key === 'ArrowDown' ? (at + 1) % count : at <= 0 ? count - 1 : at - 1;
}
