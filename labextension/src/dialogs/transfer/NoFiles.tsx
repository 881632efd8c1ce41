import * as React from 'react';

import { DialogFrame } from '../form/DialogFrame';
import type { Form } from '../form/useForm';
import type { IconName } from '../../components/Icon';

/** What there is where no file can go to or from the browser, as in a cell's output: the line that does it. */
export function NoFiles(props: {
  form: Form;
  title: string;
  icon: IconName;
  about?: string;
  line: string | null;
  /** What the line does: `writes the archive`. */
  what: string;
}): React.JSX.Element {
  const { what, ...frame } = props;
  return (
    <DialogFrame {...frame} action="" doing="" harmless blocked="no files" lineAnyway>
      <p>
        A cell’s output exchanges messages with its kernel, and no files. Run this line in a cell: it {what} where the
        kernel runs. The sidebar of JupyterLab can do it by download and upload.
      </p>
    </DialogFrame>
  );
}
