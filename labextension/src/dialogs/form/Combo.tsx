import * as React from 'react';

import type { Control } from './Field';

/** Something to pick. */
export interface Option {
  readonly key: string;
  readonly label: string;
  /** Said quietly beside it. */
  readonly detail?: string;
  /** Whether there is more to pick once it is picked: then the list stays. */
  readonly goesOn?: boolean;
}

interface Props {
  control: Control;
  value: string;
  placeholder?: string;
  options: readonly Option[];
  /** Whether the options are always in sight, and not only while the field has the focus. */
  open?: boolean;
  /** Said when there is nothing to pick. */
  nothing?: string;
  onChange: (value: string) => void;
  onPick: (option: Option) => void;
  /** Called when the focus goes. */
  onLeave?: () => void;
}

/** A text field with things to pick below it, by mouse or by arrow keys. */
export function Combo(props: Props): React.JSX.Element {
  const { control, value, options, onChange, onPick } = props;
  const [focused, setFocused] = React.useState(false);
  const [at, setAt] = React.useState(-1);
  const list = `${control.id}list`;
  const shown = props.open === true || (focused && options.length > 0);
  const pick = (option: Option): void => {
    setFocused(option.goesOn === true);
    setAt(-1);
    onPick(option);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const next = steppedTo(event.key, at, options.length);
    const option = options[at];
    if (next !== null) {
      setFocused(true);
      setAt(next);
    } else if (event.key === 'Enter' && shown && option && !event.ctrlKey && !event.metaKey) {
      pick(option);
    } else if (event.key === 'Escape' && shown && props.open !== true) {
      setFocused(false);
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <div className={`mreg-combo${props.open ? ' mreg-mod-open' : ''}`}>
      <input
        {...control}
        type="text"
        role="combobox"
        spellCheck={false}
        autoComplete="off"
        placeholder={props.placeholder}
        aria-expanded={shown && options.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={shown && at >= 0 ? `${list}${at}` : undefined}
        value={value}
        onChange={event => {
          setFocused(true);
          setAt(-1);
          onChange(event.target.value);
        }}
        onMouseDown={() => setFocused(true)}
        onBlur={() => {
          setFocused(false);
          props.onLeave?.();
        }}
        onKeyDown={onKeyDown}
      />
      {shown && <Options id={list} options={options} at={at} nothing={props.nothing} onPick={pick} />}
    </div>
  );
}

function Options(props: {
  id: string;
  options: readonly Option[];
  at: number;
  nothing: string | undefined;
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
function steppedTo(key: string, at: number, count: number): number | null {
  if (count === 0 || (key !== 'ArrowDown' && key !== 'ArrowUp')) {
    return null;
  }
  return key === 'ArrowDown' ? (at + 1) % count : at <= 0 ? count - 1 : at - 1;
}
