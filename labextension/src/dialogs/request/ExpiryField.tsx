import * as React from 'react';

import type { Expiry } from '../../registry/governance/requests';
import { Field } from '../form/Field';
import type { Form } from '../form/useForm';

const CHOICES: readonly (readonly [days: Expiry, label: string])[] = [
  [null, 'Never'],
  [1, 'After 1 day'],
  [7, 'After 7 days'],
  [30, 'After 30 days']
];

/** When nobody can approve a request any more. */
export function ExpiryField(props: { form: Form; days: Expiry; onChange: (days: Expiry) => void }): React.JSX.Element {
  const { form, days, onChange } = props;
  return (
    <Field form={form} name="expires" label="Expires">
      {control => (
        <select
          {...control}
          value={String(days)}
          onChange={event => onChange(CHOICES.find(([each]) => String(each) === event.target.value)?.[0] ?? null)}
        >
          {CHOICES.map(([each, label]) => (
            <option key={label} value={String(each)}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
