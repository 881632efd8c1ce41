import * as React from 'react';

import { useHost } from '../../host/host';
import { deleteLine } from '../../registry/commandLine';
import { referenceTo } from '../../registry/target';
import type { DialogRequest } from '../../host/dialogRequest';
import { consequencesOf, deleteTarget } from './consequences';
import { type Deletion, Deleting } from './Deleting';

type Request = DialogRequest & { readonly kind: 'delete' };

/** Delete a catalog, a schema, a model or a version. */
export function DeleteDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { client, settings } = useHost();
  const { aliasOrder } = settings;
  const deletion = React.useMemo((): Deletion => {
    const { target } = request;
    return {
      what: target.kind,
      about: referenceTo(target),
      consequences: () => consequencesOf(client, target, aliasOrder),
      act: (through, held, reason) => deleteTarget(through, target, held.length > 0, reason),
      line: (held, reason) => deleteLine(target, held.length > 0, reason)
    };
  }, [client, request, aliasOrder]);
  return <Deleting deletion={deletion} reason={request.reason ?? null} onClose={onClose} />;
}
