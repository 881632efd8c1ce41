import * as React from 'react';

import { type Option, Options, steppedTo } from '../../components/options/Options';
import { Icon } from '../../components/Icon';
import { asSentence } from '../../components/sentence';
import type { ExplorerState, ExplorerStore } from '../explorerStore';
import { completed, endOfWord, type Typed, wrong } from './typing';

const MISTAKE = 'mreg-search-mistake';

interface Props {
  explorer: ExplorerStore;
  state: ExplorerState;
  /** Called for whoever goes on to what was found. */
  onLeave: () => void;
  /** What else can be done with the search, behind the text. */
  children?: React.ReactNode;
}

/** A field for words and filters: it completes them, marks what is wrong, and offers searches that were made or saved. */
export function SearchBox({ explorer, state, onLeave, children }: Props): React.JSX.Element {
  const { query, completion } = state;
  const field = React.useRef<HTMLInputElement>(null);
  const [open, setOpen] = React.useState(false);
  const [at, setAt] = React.useState(-1);
  const [scrolled, setScrolled] = React.useState(0);
  const cursor = React.useRef<number | null>(null);
  const list = React.useId();
  const options = optionsOf(state);
  const mistake = wrong(query, completion);
  // What is wrong is said where the list would be.
  const shown = open && mistake === null && options.length > 0;
  React.useLayoutEffect(() => {
    // A text that was set has its cursor at the end, wherever something was completed.
    if (cursor.current !== null) {
      field.current?.setSelectionRange(cursor.current, cursor.current);
      cursor.current = null;
    }
  }, [query]);
  const type = ({ text, at: place }: Typed): void => {
    setAt(-1);
    explorer.search(text, place);
  };
  const pick = ({ key }: Option): void => {
    const typed = completion && query !== '' ? completed(query, completion, key) : { text: key, at: key.length };
    cursor.current = typed.at;
    setOpen(query !== '');
    type(typed);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const next = shown ? steppedTo(event.key, at, options.length) : null;
    const option = shown ? options[at] : undefined;
    if (next !== null) {
      setAt(next);
    } else if (option && (event.key === 'Enter' || event.key === 'Tab')) {
      pick(option);
    } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      explorer.rememberSearch();
      onLeave();
    } else if (event.key === 'Escape' && shown) {
      event.stopPropagation();
      setOpen(false);
    } else if (event.key === 'Escape' && query !== '') {
      event.stopPropagation();
      explorer.leaveSearch();
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <div className="mreg-search" role="search">
      <Icon name="search" />
      <div className="mreg-search-text">
        {mistake && <Mark text={query} at={mistake.at} scrolled={scrolled} />}
        <input
          ref={field}
          type="text"
          role="combobox"
          aria-label="Search models"
          aria-expanded={shown}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={shown && at >= 0 ? `${list}${at}` : undefined}
          aria-invalid={mistake !== null}
          aria-describedby={mistake ? MISTAKE : undefined}
          placeholder="Search"
          title="Words, or a filter such as alias = 'Champion' and metrics.auc > 0.9"
          spellCheck={false}
          autoComplete="off"
          value={query}
          onChange={event => {
            setOpen(true);
            type({ text: event.target.value, at: event.target.selectionStart ?? event.target.value.length });
          }}
          onFocus={() => void explorer.offerSearches()}
          onMouseDown={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onScroll={event => setScrolled(event.currentTarget.scrollLeft)}
          onKeyDown={onKeyDown}
        />
      </div>
      {children}
      {shown && <Options id={list} options={options} at={at} onPick={pick} />}
    </div>
  );
}

/** What is wrong with the search, below the field. */
export function SearchMistake({ state }: { state: ExplorerState }): React.JSX.Element | null {
  const mistake = wrong(state.query, state.completion);
  return (
    mistake && (
      <div id={MISTAKE} className="mreg-search-wrong" role="status">
        {asSentence(mistake.message)}. {mistake.advice && asSentence(mistake.advice)}
      </div>
    )
  );
}

/** Lies below the text of the field and underlines what is wrong in it. */
function Mark({ text, at, scrolled }: { text: string; at: number; scrolled: number }): React.JSX.Element {
  const end = endOfWord(text, at);
  return (
    <div className="mreg-search-mark" aria-hidden="true">
      <span style={{ marginInlineStart: -scrolled }}>
        {text.slice(0, at)}
        <u>{text.slice(at, end) || ' '}</u>
        {text.slice(end)}
      </span>
    </div>
  );
}

/** What may come next; where nothing is typed, searches that were made before, and those that are saved. */
function optionsOf({ query, completion, searches }: ExplorerState): Option[] {
  const suggested = completion?.suggestions ?? [];
  if (query === '') {
    const saved = suggested.filter(each => each.text.startsWith('@'));
    return [
      ...searches.map(each => ({ key: each, label: each, detail: 'searched before' })),
      ...saved.map(each => ({ key: each.text, label: each.text, detail: each.about }))
    ];
  }
  return suggested.map(each => ({ key: each.text, label: each.text, detail: each.about }));
}
