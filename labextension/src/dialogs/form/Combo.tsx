import * as React from 'react';

import { type Option, Options, steppedTo } from '../../components/options/Options';
import type { Control } from './Field';

export type { Option };

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
