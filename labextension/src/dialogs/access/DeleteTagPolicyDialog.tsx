import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { deleteTagPolicyLine } from '../../registry/access/lines';
import { DialogFrame } from '../form/DialogFrame';
import { Takes } from '../form/Takes';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'delete-tag-policy' };

/** Govern a tag no longer; the tags there are stay. */
export function DeleteTagPolicyDialog(props: {
  request: Request;
  onClose: (done: boolean) => void;
}): React.JSX.Element {
  const { request, onClose } = props;
  const { key } = request;
  const form = useForm(
    {
      problems: {},
      act: async (reason, client) => {
        await client.call('tag_policies.delete', { key, reason });
        return `Tag ${key} is governed no longer`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title="Delete tag policy"
      icon="delete"
      about={key}
      action="Delete"
      doing="Deleting…"
      danger
      line={deleteTagPolicyLine(key, form.why)}
    >
      <Takes
        takes={[`Whoever may tag can make ${key} anything from then on.`, 'The tags there are stay as they are.']}
      />
    </DialogFrame>
  );
}
