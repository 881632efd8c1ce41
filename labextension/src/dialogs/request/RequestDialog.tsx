import * as React from 'react';

import type { Client, Model, Version } from '../../client/client';
import { type AliasOrder, modelAliases } from '../../registry/aliases';
import { exact } from '../../registry/commandLine';
import { type Expiry, expiresIn, requestLine } from '../../registry/governance/requests';
import { aliasLimitProblem, aliasProblem, isGoverned, type Problem } from '../../registry/validation';
import { useLiveQuery } from '../../state/query';
import { useHost } from '../../host/host';
import type { DialogRequest } from '../../host/dialogRequest';
import { DialogFrame } from '../form/DialogFrame';
import { Choice, Field } from '../form/Field';
import { type Form, useForm } from '../form/useForm';
import { ExpiryField } from './ExpiryField';

type Request = DialogRequest & { readonly kind: 'request' };

/** The stages one can ask for, as MLflow has them. */
const STAGES = ['Staging', 'Production', 'Archived', 'None'] as const;
const MOST_ALIASES = 12;

interface Facts {
  readonly model: Model;
  readonly version: Version;
}

/** Ask somebody else to point an alias at a version, or to move it to a stage. */
export function RequestDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { model: name } = request;
  const facts = useLiveQuery(client => factsOf(client, request));
  const [what, setWhat] = React.useState<'alias' | 'stage'>(request.stage === undefined ? 'alias' : 'stage');
  const [typed, setTyped] = React.useState(request.alias ?? '');
  const [stage, setStage] = React.useState(request.stage ?? 'Production');
  const [days, setDays] = React.useState<Expiry>(null);
  const alias = typed.trim().replace(/^@/, '');
  const { model = null, version = null } = facts.value ?? {};
  const reference = `${name}/${version?.version ?? ''}`;
  const form = useForm(
    {
      problems: {
        alias: what === 'alias' ? wishProblem(alias, model, version) : null,
        stage:
          what === 'stage' && version?.stage === stage
            ? { message: `v${version.version} is in stage ${stage} already`, hint: 'pick another one' }
            : null
      },
      act: async (reason, client) => {
        const common = { reference: exact(reference), expires_in: expiresIn(days), reason };
        const made =
          what === 'alias'
            ? await client.call('requests.alias', { ...common, alias })
            : await client.call('requests.stage', { ...common, stage });
        return `Asked for ${what === 'alias' ? `@${alias}` : `stage ${stage}`} on ${reference}: request ${made.id}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title="Request approval"
      icon="requests"
      about={version ? reference : name}
      action="Request"
      doing="Asking…"
      line={requestLine(reference, what === 'alias' ? { alias } : { stage }, days, form.why)}
      waiting={facts.value ? null : facts}
    >
      {!isGoverned(name) && (
        <Choice
          label="What to ask for"
          value={what}
          options={[
            ['alias', 'Alias'],
            ['stage', 'Stage']
          ]}
          onChange={setWhat}
        />
      )}
      {what === 'alias' ? (
        <WantedAlias form={form} alias={typed} model={model} onChange={setTyped} />
      ) : (
        <Field form={form} name="stage" label="To stage">
          {control => (
            <select {...control} value={stage} onChange={event => setStage(event.target.value)}>
              {STAGES.map(each => (
                <option key={each}>{each}</option>
              ))}
            </select>
          )}
        </Field>
      )}
      {form.valid && model && version && (
        <p className="mreg-effect" role="status">
          {what === 'alias'
            ? effect(alias, model.aliases[alias] ?? null, version.version)
            : `Whoever approves it moves v${version.version} from stage ${version.stage} to ${stage}`}
        </p>
      )}
      <ExpiryField form={form} days={days} onChange={setDays} />
    </DialogFrame>
  );
}

async function factsOf(client: Client, { model: name, version }: Request): Promise<Facts> {
  const [model, found] = await Promise.all([
    client.call('models.get', { name }),
    client.call('versions.get', { reference: exact(`${name}/${version ?? 'latest'}`) })
  ]);
  return { model, version: found };
}

function WantedAlias(props: {
  form: Form;
  alias: string;
  model: Model | null;
  onChange: (alias: string) => void;
}): React.JSX.Element {
  const { form, alias, model, onChange } = props;
  const order: AliasOrder = useHost().settings.aliasOrder;
  const known = model ? modelAliases(model, order).slice(0, MOST_ALIASES) : [];
  return (
    <Field form={form} name="alias" label="Alias">
      {control => (
        <>
          <input
            {...control}
            type="text"
            spellCheck={false}
            autoComplete="off"
            placeholder="Champion"
            value={alias}
            onChange={event => onChange(event.target.value)}
          />
          {known.length > 0 && (
            <div className="mreg-chips" role="group" aria-label="Aliases it has">
              {known.map(([each, at]) => (
                <button
                  key={each}
                  type="button"
                  className="mreg-chip"
                  aria-pressed={each === alias}
                  onClick={() => {
                    form.touch('alias');
                    onChange(each);
                  }}
                >
                  @{each} <span className="mreg-quiet">v{at}</span>
                </button>
              ))}
            </div>
          )}
        </>
      )}
    </Field>
  );
}

function wishProblem(alias: string, model: Model | null, version: Version | null): Problem | null {
  const problem = aliasProblem(alias) ?? (model && aliasLimitProblem(model.name, Object.keys(model.aliases), [alias]));
  if (problem !== null || model === null || version === null) {
    return problem;
  }
  return model.aliases[alias] === version.version
    ? { message: `@${alias} points at v${version.version} already`, hint: 'there is nothing to ask for' }
    : null;
}

function effect(alias: string, from: number | null, to: number): string {
  return from === null
    ? `Whoever approves it sets @${alias} on v${to}`
    : `Whoever approves it moves @${alias} from v${from} to v${to}`;
}
