import * as React from 'react';

import type { Model, Version } from '../../client/client';
import { useHost } from '../../host/host';
import { useProtection } from '../../host/protection';
import { policyText } from '../../registry/access/policyText';
import { aliasLine } from '../../registry/commandLine';
import { aliasProblem, isGoverned, aliasLimitProblem } from '../../registry/validation';
import { statusWord } from '../../components/badges';
import { type AliasOrder, modelAliases, versionAliases } from '../../registry/aliases';
import { ago } from '../../registry/format';
import { type QueryView, useLiveQuery, useQuery } from '../../state/query';
import { Icon } from '../../components/Icon';
import { Field } from '../form/Field';
import { type Form, useForm } from '../form/useForm';
import type { DialogRequest } from '../../host/dialogRequest';
import { DialogFrame } from '../form/DialogFrame';
import { Takes } from '../form/Takes';
import { toRead, Warnings } from '../form/Warnings';

/** The most versions and aliases listed; more can be reached by a line. */
const MOST_VERSIONS = 1000;
const MOST_ALIASES = 12;

type Request = DialogRequest & { readonly kind: 'alias' };

interface Facts {
  readonly model: Model;
  /** Newest first. */
  readonly versions: readonly Version[];
}

/** Point an alias of a model at one of its versions. */
export function AliasDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const [alias, setAlias] = React.useState(request.alias ?? '');
  const [picked, setPicked] = React.useState(request.version ?? null);
  const facts = useFacts(request.model);
  const model = facts.value?.model ?? null;
  const version = picked ?? facts.value?.versions.find(each => canPoint(each))?.version ?? null;
  const name = alias.trim().replace(/^@/, '');
  const problems = {
    alias: aliasProblem(name) ?? aliasLimitProblem(request.model, Object.keys(model?.aliases ?? {}), [name]),
    version: versionProblem(request.model, facts.value, version)
  };
  const rules = useProtection(request.model, name);
  const asked = Object.values(problems).every(each => each === null) && version !== null ? version : null;
  const preview = useQuery(asked === null ? null : `${name} ${asked}`, (client, signal) =>
    client.call('previews.alias', { model: request.model, alias: name, version: asked ?? 0 }, signal)
  );
  const form = useForm(
    {
      problems,
      toRead: toRead(preview, false),
      act: async (reason, client) => {
        const before = await client.call('aliases.set', {
          model: request.model,
          alias: name,
          version: version ?? 0,
          reason
        });
        return done(request.model, name, before, version ?? 0);
      },
      onClose
    },
    request.reason
  );
  const host = useHost();
  const instead = {
    label: 'Request approval…',
    run: () => {
      const of = version === null ? {} : { version };
      form.close();
      void host.openDialog({
        kind: 'request',
        model: request.model,
        ...of,
        alias: name,
        ...(form.why && { reason: form.why })
      });
    }
  };
  return (
    <DialogFrame
      form={form}
      title="Set alias"
      icon="alias"
      about={request.model}
      action="Set alias"
      doing="Setting…"
      line={version === null ? null : aliasLine(request.model, name, version, form.why)}
      waiting={facts.value ? null : facts}
      instead={instead}
    >
      <AliasField form={form} alias={alias} model={model} onChange={setAlias} onRemoved={facts.retry} />
      <VersionField form={form} versions={facts.value?.versions ?? []} version={version} onChange={setPicked} />
      {form.valid && model && version !== null && (
        <p className="mreg-effect" role="status">
          {effect(name, model.aliases[name] ?? null, version)}
        </p>
      )}
      {rules.length > 0 && (
        <div className="mreg-effect mreg-protected" role="status">
          <Icon name="access" />
          <div>
            @{name} is protected. Setting it takes:
            <Takes takes={rules.map(policyText)} />
          </div>
        </div>
      )}
      <Warnings preview={preview.value} />
    </DialogFrame>
  );
}

function useFacts(name: string): QueryView<Facts> {
  return useLiveQuery(async client => {
    const [model, versions] = await Promise.all([
      client.call('models.get', { name }),
      client.call('versions.list', { model: name, limit: MOST_VERSIONS })
    ]);
    return { model, versions: versions.items };
  });
}

function AliasField(props: {
  form: Form;
  alias: string;
  model: Model | null;
  onChange: (alias: string) => void;
  /** Called when an alias was removed from here. */
  onRemoved: () => void;
}): React.JSX.Element {
  const { form, alias, model, onChange, onRemoved } = props;
  const host = useHost();
  const { aliasOrder } = host.settings;
  const known = model ? modelAliases(model, aliasOrder) : [];
  const remove = async (each: string): Promise<void> => {
    if (model && (await host.openDialog({ kind: 'remove-alias', model: model.name, alias: each }))) {
      onRemoved();
    }
  };
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
              {known.slice(0, MOST_ALIASES).map(([each, at]) => (
                <span key={each} className="mreg-chip-pair">
                  <button
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
                  <button
                    type="button"
                    className="mreg-button"
                    aria-label={`Remove @${each}…`}
                    title={`Remove @${each}…`}
                    onClick={() => void remove(each)}
                  >
                    <Icon name="clear" />
                  </button>
                </span>
              ))}
            </div>
          )}
        </>
      )}
    </Field>
  );
}

function VersionField(props: {
  form: Form;
  versions: readonly Version[];
  version: number | null;
  onChange: (version: number) => void;
}): React.JSX.Element {
  const { form, versions, version, onChange } = props;
  const { aliasOrder } = useHost().settings;
  return (
    <Field form={form} name="version" label="Version">
      {control => (
        <select {...control} value={version ?? ''} onChange={event => onChange(Number(event.target.value))}>
          {!versions.some(each => each.version === version) && (
            <option value={version ?? ''}>{version === null ? 'No version yet' : `v${version}`}</option>
          )}
          {versions.map(each => (
            <option key={each.version} value={each.version} disabled={!canPoint(each)}>
              {versionText(each, aliasOrder)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function versionText(version: Version, order: AliasOrder): string {
  const aliases = versionAliases(version, order).map(alias => `@${alias}`);
  const status = version.status === 'READY' ? [] : [statusWord(version.status)];
  return [`v${version.version}`, ago(version.created_at), ...status, ...aliases].join(' · ');
}

/** An alias of a governed model points at a version whose files are there. */
function canPoint(version: Version): boolean {
  return version.status === 'READY' || !isGoverned(version.name);
}

function versionProblem(
  model: string,
  facts: Facts | null,
  version: number | null
): { message: string; hint: string } | null {
  if (facts === null || version === null || facts.versions.some(each => each.version === version)) {
    return facts && version === null
      ? { message: `model ${model} has no version yet`, hint: 'register one first' }
      : null;
  }
  // Beyond the newest thousand the registry itself must say.
  return facts.versions.length < MOST_VERSIONS
    ? { message: `no version ${model}/${version}`, hint: 'pick one that is there' }
    : null;
}

function effect(alias: string, from: number | null, to: number): string {
  if (from === null) {
    return `@${alias} is new and will point at v${to}`;
  }
  return from === to ? `@${alias} stays at v${to}` : `@${alias} moves from v${from} to v${to}`;
}

function done(model: string, alias: string, from: number | null, to: number): string {
  if (from === null) {
    return `@${alias} of ${model} points at v${to}`;
  }
  return from === to ? `@${alias} of ${model} stays at v${to}` : `@${alias} of ${model} moved from v${from} to v${to}`;
}
