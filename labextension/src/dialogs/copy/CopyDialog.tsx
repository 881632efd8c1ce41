import * as React from 'react';

import {
  asRegistryError,
  type ChangePreview,
  type Client,
  type Model,
  RegistryError,
  type Version
} from '../../client/client';
import { useHost } from '../../host/host';
import { aliasLine, copyLines, exact } from '../../registry/commandLine';
import { aliasProblem, aliasLimitProblem, modelNameProblem } from '../../registry/validation';
import { type QueryView, useQuery } from '../../state/query';
import { type Destination, destinationAt, destinationProblems, nameAt, useRefusalAt } from '../form/destination';
import { TextField } from '../form/Field';
import { type Form, type Plan, useForm } from '../form/useForm';
import { ModelPicker, useModel } from '../form/ModelPicker';
import type { DialogRequest } from '../../host/dialogRequest';
import { DialogFrame } from '../form/DialogFrame';
import { toRead, Warnings } from '../form/Warnings';

type Request = DialogRequest & { readonly kind: 'copy' };

/** Copy a version to another model, and set an alias on the copy if wanted. */
export function CopyDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { settings } = useHost();
  const reference = `${request.model}/${request.version}`;
  const [chosen, setTo] = React.useState(() => (request.to === undefined ? null : destinationAt(request.to, null)));
  // Copying is promoting in nine of ten cases, so that is proposed until something else is typed.
  const target = useQuery(chosen === null ? `promotion of ${request.model}` : null, (client, signal) =>
    client.call('models.promotion_target', { name: request.model }, signal)
  );
  const to = chosen ?? destinationAt(target.value ?? undefined, settings.defaultNamespace);
  const [typed, setAlias] = React.useState('');
  const found = useModel(nameAt(to));
  const alias = typed.trim().replace(/^@/, '');
  const preview = useCopyPreview(reference, nameAt(to), alias);
  const [form, copy] = useCopying({ reference, to, target, found, preview, alias, request, onClose });
  return (
    <DialogFrame
      form={form}
      title="Copy version"
      icon="copy"
      about={reference}
      action={copy === null ? 'Copy' : alias === '' ? 'Done' : 'Set alias'}
      doing={copy ? 'Setting…' : 'Copying…'}
      line={
        copy === null
          ? copyLines({ reference, model: nameAt(to), reason: form.why }, alias)
          : alias && aliasLine(copy.name, alias, copy.version, form.why)
      }
    >
      {copy ? (
        <p className="mreg-effect" role="status">
          The copy is {copy.name}/{copy.version}. Try its alias again, or leave it empty.
        </p>
      ) : (
        <ModelPicker form={form} to={to} found={found} onChange={setTo} />
      )}
      <TextField
        form={form}
        name="alias"
        label="Set alias on the copy"
        optional
        placeholder="Champion"
        value={typed}
        onChange={setAlias}
      />
      <Warnings preview={copy ? null : preview.value} becomes="the copy" />
      <p className="mreg-quiet">Copies the tags and the description, not the aliases.</p>
    </DialogFrame>
  );
}

interface Copying {
  readonly reference: string;
  readonly to: Destination;
  /** Where it is promoted to, unless something else was typed. */
  readonly target: QueryView<unknown>;
  readonly found: QueryView<Model | null>;
  readonly preview: QueryView<ChangePreview>;
  /** Empty for none. */
  readonly alias: string;
  readonly request: Request;
  readonly onClose: (done: boolean) => void;
}

/** The form, and the copy once it is there and only its alias is missing. */
function useCopying({
  reference,
  to,
  target,
  found,
  preview,
  alias,
  request,
  onClose
}: Copying): [Form, Version | null] {
  const [copy, setCopy] = React.useState<Version | null>(null);
  const model = nameAt(to);
  const refusal = useRefusalAt(to, found);
  const known = Object.keys(found.value?.aliases ?? {});
  const plan: Plan = {
    problems: {
      ...(copy ? {} : destinationProblems(to, found, refusal)),
      alias: alias === '' ? null : (aliasProblem(alias) ?? aliasLimitProblem(model, known, [alias]))
    },
    ...(copy === null && { pending: [target, found], toRead: toRead(preview) }),
    act: async (reason, client) => {
      const made = copy ?? (await client.call('versions.copy', { reference: exact(reference), model, reason }));
      setCopy(made);
      await point(client, made, reference, alias, reason);
      return {
        message: `Copied ${reference} to ${made.name}/${made.version}${alias === '' ? '' : `; @${alias} points at it`}`,
        target: { kind: 'version', name: made.name, version: made.version }
      };
    },
    onClose
  };
  return [useForm(plan, request.reason), copy];
}

function useCopyPreview(reference: string, model: string, alias: string): QueryView<ChangePreview> {
  const aliases = alias === '' ? [] : [alias];
  const right = modelNameProblem(model) === null && aliases.every(each => aliasProblem(each) === null);
  return useQuery(right ? `${model}@${alias}` : null, (client, signal) =>
    client.call('previews.copy', { reference: exact(reference), model, aliases }, signal)
  );
}

/** Set the alias on the copy; a failure says that the copy itself is there. */
async function point(
  client: Client,
  copy: Version,
  reference: string,
  alias: string,
  reason: string | null
): Promise<void> {
  if (alias === '') {
    return;
  }
  try {
    await client.call('aliases.set', { model: copy.name, alias, version: copy.version, reason });
  } catch (failure) {
    const { code, message, hint } = asRegistryError(failure);
    throw new RegistryError(
      code,
      `${reference} was copied to ${copy.name}/${copy.version}, but @${alias} could not be set: ${message}`,
      hint
    );
  }
}
