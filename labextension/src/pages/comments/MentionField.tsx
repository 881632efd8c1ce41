import * as React from 'react';

import { useQuery } from '../../state/query';
import { meant, type Typing, typingIn, withMention } from './mentions';
import { peopleIn, type Person } from './people';

interface Props {
  label: string;
  text: string;
  /** Whether it takes the focus when it appears. */
  focused: boolean;
  onChange: (text: string) => void;
  /** Control or Command with Enter. */
  onSubmit: () => void;
  /** Escape; without it the field only loses the focus, and keeps what was typed. */
  onCancel?: () => void;
}

/** A field for several lines, in which `@` suggests the users and groups one can speak to. */
export function MentionField(props: Props): React.JSX.Element {
  const { label, text, focused, onChange, onSubmit, onCancel } = props;
  const ref = React.useRef<HTMLTextAreaElement>(null);
  const [typing, setTyping] = React.useState<Typing | null>(null);
  const [at, setAt] = React.useState(0);
  const [caret, setCaret] = React.useState<number | null>(null);
  const people = useQuery(typing === null ? null : 'people', peopleIn);
  const options = typing === null ? [] : meant(people.value ?? [], typing.name);
  const list = React.useId();
  React.useEffect(() => {
    if (focused) {
      ref.current?.focus();
      ref.current?.setSelectionRange(ref.current.value.length, ref.current.value.length);
    }
  }, [focused]);
  React.useLayoutEffect(() => {
    if (caret !== null) {
      ref.current?.setSelectionRange(caret, caret);
      setCaret(null);
    }
  }, [caret]);
  const look = (field: HTMLTextAreaElement): void => {
    setTyping(field.selectionStart === field.selectionEnd ? typingIn(field.value, field.selectionStart) : null);
    setAt(0);
  };
  const pick = ({ name }: Person): void => {
    const field = ref.current;
    if (field && typing) {
      const [written, next] = withMention(field.value, field.selectionStart, typing.from, name);
      onChange(written);
      setTyping(null);
      setCaret(next);
      field.focus();
    }
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>): void => {
    // No key typed here is a shortcut of the page.
    event.stopPropagation();
    const option = options[at];
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      onSubmit();
    } else if (option && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      setAt((at + (event.key === 'ArrowDown' ? 1 : options.length - 1)) % options.length);
    } else if (option && (event.key === 'Enter' || event.key === 'Tab')) {
      pick(option);
    } else if (event.key === 'Escape') {
      if (option) {
        setTyping(null);
      } else if (onCancel) {
        onCancel();
      } else {
        event.currentTarget.blur();
      }
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <div className="mreg-mention-field">
      <textarea
        ref={ref}
        aria-label={label}
        placeholder={label}
        rows={3}
        role="combobox"
        aria-expanded={options.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={options.length > 0 ? `${list}${at}` : undefined}
        data-lm-suppress-shortcuts="true"
        value={text}
        onChange={event => {
          onChange(event.target.value);
          look(event.target);
        }}
        onClick={event => look(event.currentTarget)}
        onBlur={() => setTyping(null)}
        onKeyDown={onKeyDown}
      />
      {options.length > 0 && (
        <ul id={list} className="mreg-people" role="listbox" aria-label="People">
          {options.map((each, index) => (
            <li
              key={each.name}
              id={`${list}${index}`}
              role="option"
              aria-selected={index === at}
              // The field keeps the focus, so that a click does not close the list before it is heard.
              onMouseDown={event => event.preventDefault()}
              onClick={() => pick(each)}
            >
              <bdi>{each.name}</bdi>
              <span className="mreg-quiet">{each.about}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
