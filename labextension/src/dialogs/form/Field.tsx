import * as React from 'react';

import type { Form } from './useForm';
import { asSentence } from '../../components/sentence';

/** What ties a control to its label and to what is wrong with it. */
export interface Control {
  readonly id: string;
  readonly name: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

interface FieldProps {
  form: Form;
  /** The name of the field, by which its problem is known. */
  name: string;
  label: string;
  optional?: boolean;
  /** Said below the control as long as nothing is wrong. */
  note?: React.ReactNode;
  children: (control: Control) => React.ReactNode;
}

/** A label, its control, and below it what is wrong or good to know. */
export function Field({ form, name, label, optional = false, note, children }: FieldProps): React.JSX.Element {
  const id = React.useId();
  const problem = form.problem(name);
  const below = `${id}below`;
  const control: Control = {
    id,
    name,
    'aria-invalid': problem !== null,
    'aria-describedby': problem || note ? below : undefined
  };
  return (
    <div className="mreg-field" onInput={() => form.touch(name)}>
      <label htmlFor={id}>
        {label}
        {optional && <span className="mreg-quiet"> optional</span>}
      </label>
      {children(control)}
      <Below id={below} problem={problem} note={note} />
    </div>
  );
}

/** A line of text that is no prose: a name, a path. */
export function TextField(
  props: Omit<FieldProps, 'children'> & {
    value: string;
    placeholder?: string;
    onChange: (value: string) => void;
  }
): React.JSX.Element {
  const { value, placeholder, onChange, ...field } = props;
  return (
    <Field {...field}>
      {control => (
        <input
          {...control}
          type="text"
          spellCheck={false}
          autoComplete="off"
          placeholder={placeholder}
          value={value}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** A box to tick. */
export function Tick(props: {
  form: Form;
  name: string;
  label: string;
  value: boolean;
  onChange: (value: boolean) => void;
}): React.JSX.Element {
  const { form, name, label, value, onChange } = props;
  const id = React.useId();
  const problem = form.problem(name);
  return (
    <div className="mreg-field" onInput={() => form.touch(name)}>
      <label className="mreg-tickbox">
        <input
          type="checkbox"
          name={name}
          checked={value}
          aria-invalid={problem !== null}
          aria-describedby={problem ? id : undefined}
          onChange={event => onChange(event.target.checked)}
        />
        {label}
      </label>
      <Below id={id} problem={problem} />
    </div>
  );
}

/** What is wrong, or else the note. */
export function Below(props: {
  id: string;
  problem: { message: string; hint: string | null } | null;
  note?: React.ReactNode;
}): React.JSX.Element | null {
  const { id, problem, note } = props;
  if (problem) {
    return (
      <div id={id} className="mreg-problem" role="alert">
        <div>{asSentence(problem.message)}</div>
        {problem.hint && <div className="mreg-quiet">{asSentence(problem.hint)}</div>}
      </div>
    );
  }
  return note ? (
    <div id={id} className="mreg-note" role="status">
      {note}
    </div>
  ) : null;
}

/** One of a few, all in sight. */
export function Choice<T extends string>(props: {
  label: string;
  value: T;
  options: readonly (readonly [value: T, label: string])[];
  onChange: (value: T) => void;
}): React.JSX.Element {
  const { label, value, options, onChange } = props;
  const name = React.useId();
  return (
    <div className="mreg-choice" role="radiogroup" aria-label={label}>
      {options.map(([each, text]) => (
        <label key={each} className={each === value ? 'mreg-mod-chosen' : undefined}>
          <input type="radio" name={name} checked={each === value} onChange={() => onChange(each)} />
          {text}
        </label>
      ))}
    </div>
  );
}
