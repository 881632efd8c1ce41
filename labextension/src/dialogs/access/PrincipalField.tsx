import * as React from 'react';

import { Combo } from '../form/Combo';
import { Field, Tick } from '../form/Field';
import type { Form } from '../form/useForm';
import { isNew, type Principal, principalOptions } from './principals';

/** A user or a group, by name; one that nobody has heard of takes a tick. */
export function PrincipalField(props: {
  form: Form;
  label: string;
  note?: React.ReactNode;
  value: string;
  /** Those there are; null while that is not known. */
  known: readonly Principal[] | null;
  /** Those that make no sense here. */
  without?: readonly string[];
  meant: boolean;
  onChange: (value: string) => void;
  onMean: (meant: boolean) => void;
}): React.JSX.Element {
  const { form, label, note, value, known, without, meant, onChange, onMean } = props;
  const name = value.trim();
  return (
    <>
      <Field form={form} name="principal" label={label} note={note}>
        {control => (
          <Combo
            control={control}
            value={value}
            placeholder="analysts"
            options={principalOptions(known ?? [], value, without)}
            onChange={onChange}
            onPick={option => {
              form.touch('principal');
              onChange(option.key);
            }}
          />
        )}
      </Field>
      {known !== null && isNew(known, name) && (
        <Tick form={form} name="new" label={`${name} is somebody new`} value={meant} onChange={onMean} />
      )}
    </>
  );
}
