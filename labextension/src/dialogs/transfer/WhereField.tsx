import * as React from 'react';

import { Choice, TextField } from '../form/Field';
import type { Form } from '../form/useForm';
import type { Problem } from '../../registry/validation';

/** Where a file is to be: `path` counts when it is left on the server. */
export interface Where {
  readonly on: 'download' | 'server';
  readonly path: string;
}

/** The path below the folder that the server shows; null to download the file. */
export function pathOf({ on, path }: Where): string | null {
  return on === 'server' ? path.trim().replace(/^\/+/, '') : null;
}

export function whereProblem(where: Where): Problem | null {
  const path = pathOf(where);
  return path === '' || path?.endsWith('/')
    ? { message: 'a file needs a name', hint: 'write a path, like backups/models.zip' }
    : null;
}

/** Whether to download a file, or in which place to leave it. */
export function WhereField(props: { form: Form; where: Where; onChange: (where: Where) => void }): React.JSX.Element {
  const { form, where, onChange } = props;
  return (
    <>
      <Choice
        label="Where the file goes"
        value={where.on}
        options={[
          ['download', 'Download'],
          ['server', 'Save on the server']
        ]}
        onChange={on => onChange({ ...where, on })}
      />
      {where.on === 'server' && (
        <TextField
          form={form}
          name="path"
          label="File"
          note="A new file, in the folder that the file browser shows or below it."
          placeholder="backups/models.zip"
          value={where.path}
          onChange={path => onChange({ ...where, path })}
        />
      )}
    </>
  );
}
