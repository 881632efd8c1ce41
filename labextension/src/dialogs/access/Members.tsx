import * as React from 'react';

import { Icon } from '../../components/Icon';
import { Combo } from '../form/Combo';
import { Field } from '../form/Field';
import type { Form } from '../form/useForm';
import { type Principal, principalOptions } from './principals';

/** Users and groups, each with a way out, and a field that takes in more. */
export function Members(props: {
  form: Form;
  label: string;
  note: string;
  members: readonly string[];
  typed: string;
  known: readonly Principal[];
  without: readonly string[];
  onTyped: (typed: string) => void;
  onChange: (members: readonly string[]) => void;
}): React.JSX.Element {
  const { form, label, note, members, typed, known, without, onTyped, onChange } = props;
  const add = (name: string): void => {
    onChange(withTyped(members, name));
    onTyped('');
  };
  return (
    <Field form={form} name="members" label={label} note={note}>
      {control => (
        <>
          {members.length > 0 && (
            <ul className="mreg-members" aria-label="Those in it">
              {members.map(each => (
                <li key={each}>
                  <bdi>{each}</bdi>
                  <button
                    type="button"
                    className="mreg-button"
                    aria-label={`Take out ${each}`}
                    title={`Take out ${each}`}
                    onClick={() => onChange(members.filter(other => other !== each))}
                  >
                    <Icon name="clear" />
                  </button>
                </li>
              ))}
            </ul>
          )}
          <div className="mreg-add-member">
            <Combo
              control={control}
              value={typed}
              placeholder="Add a user or a group"
              options={principalOptions(known, typed, without)}
              onChange={onTyped}
              onPick={option => add(option.key)}
            />
            <button
              type="button"
              className="mreg-action mreg-mod-second"
              aria-disabled={typed.trim() === ''}
              onClick={() => typed.trim() !== '' && add(typed)}
            >
              Add
            </button>
          </div>
        </>
      )}
    </Field>
  );
}

/** `members`, with what was typed and not yet added. */
export function withTyped(members: readonly string[], typed: string): readonly string[] {
  const name = typed.trim();
  return name === '' || members.includes(name) ? members : [...members, name];
}
