import * as React from 'react';

import type { Params, Policy, PolicyCheck, RuleInfo } from '../../client/client';
import { asSentence } from '../../components/sentence';
import type { DialogRequest } from '../../host/dialogRequest';
import { countedText } from '../../registry/format';
import { EXAMPLES, MODES, momentText, parametersOf, policyLine, typedFor } from '../../registry/governance/policies';
import type { Place } from '../../registry/governance/requests';
import { aliasProblem, type Problem } from '../../registry/validation';
import { type QueryView, useLiveQuery, useQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { Choice, Field, TextField } from '../form/Field';
import { type Form, useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'policy' };
type Moment = 'registration' | 'alias' | 'one';

/** What stands in the fields. */
interface Draft {
  readonly rule: string;
  readonly name: string;
  readonly typed: Readonly<Record<string, string>>;
  readonly moment: Moment | null;
  readonly alias: string;
  readonly mode: Policy['mode'];
  readonly description: string;
}

/** Put a policy on something, having seen which versions that are there would not meet it. */
export function PolicyDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { on } = request;
  const changing = request.policy !== undefined;
  const rules = useLiveQuery(client => client.call('policies.rules', {}));
  const [draft, setDraft] = React.useState(() => draftOf(request.policy ?? null));
  const change = (part: Partial<Draft>): void => setDraft(old => ({ ...old, ...part }));
  const rule = rules.value?.find(each => each.name === draft.rule) ?? rules.value?.[0] ?? null;
  const asked = rule && askedBy(draft, rule, on, changing);
  const problems = rule ? problemsOf(draft, rule) : {};
  const ready = asked !== null && Object.values(problems).every(each => each === null);
  const check = useQuery(ready ? JSON.stringify(asked) : null, (client, signal) =>
    client.call('policies.check', asked ?? { name: '', rule: '', on: '' }, signal)
  );
  const form = useForm(
    {
      problems: { ...problems, check: check.error && { message: check.error.message, hint: check.error.hint } },
      pending: [check],
      toRead: { awaited: check.awaited, now: check.now, some: (check.value?.count ?? 0) > 0 },
      act: async (reason, client) => {
        const made = await client.call('policies.add', { ...(asked ?? { name: '', rule: '', on: '' }), reason });
        return `Policy ${made.name} ${made.mode === 'off' ? 'is off' : MODES[made.mode]} ${momentText(made)}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={request.policy ? `Change policy ${request.policy.name}` : 'Add policy'}
      icon="verify"
      about={on.kind === 'registry' ? 'the registry' : `${on.kind} ${on.name}`}
      action={changing ? 'Change' : 'Add'}
      doing={changing ? 'Changing…' : 'Adding…'}
      line={asked && policyLine({ ...asked, reason: form.why }, on)}
      waiting={rule ? null : rules}
    >
      {rule && (
        <>
          <RuleField
            form={form}
            rules={rules.value ?? []}
            rule={rule}
            onChange={name => change({ rule: name, moment: null, typed: {} })}
          />
          {rule.parameters.map(each => (
            <TextField
              key={`${rule.name} ${each}`}
              form={form}
              name={each}
              label={each.charAt(0).toUpperCase() + each.slice(1)}
              placeholder={EXAMPLES[each] ?? ''}
              value={draft.typed[each] ?? ''}
              onChange={text => change({ typed: { ...draft.typed, [each]: text } })}
            />
          ))}
          <MomentField form={form} rule={rule} draft={draft} onChange={change} />
          <div className="mreg-field">
            <Choice
              label="Mode"
              value={draft.mode}
              options={[
                ['prevent', 'Prevent'],
                ['warn', 'Warn'],
                ['off', 'Off']
              ]}
              onChange={mode => change({ mode })}
            />
            <div className="mreg-note">It {MODES[draft.mode]}.</div>
          </div>
          {!changing && (
            <TextField
              form={form}
              name="name"
              label="Name"
              placeholder={rule.name}
              value={draft.name}
              onChange={name => change({ name })}
            />
          )}
          <TextField
            form={form}
            name="description"
            label="Description"
            optional
            placeholder="What it is for"
            value={draft.description}
            onChange={description => change({ description })}
          />
          <Verdict check={check} />
        </>
      )}
    </DialogFrame>
  );
}

function draftOf(policy: Policy | null): Draft {
  return {
    rule: policy?.rule ?? 'required-tags',
    name: policy?.name ?? '',
    typed: policy ? typedFor(policy) : {},
    moment: policy ? (policy.alias === null ? policy.when : 'one') : null,
    alias: policy?.alias ?? '',
    mode: policy?.mode ?? 'prevent',
    description: policy?.description ?? ''
  };
}

/** When it is asked: as was chosen, or as is usual for the rule. */
function momentOf(draft: Draft, rule: RuleInfo): Moment {
  return draft.moment ?? (rule.moments[0] === 'alias' ? 'alias' : 'registration');
}

type Asked = Omit<Params<'policies.add'>, 'reason'>;

function askedBy(draft: Draft, rule: RuleInfo, on: Place, replacing: boolean): Asked {
  const moment = momentOf(draft, rule);
  return {
    name: draft.name.trim() || rule.name,
    rule: rule.name,
    on: on.name,
    kind: on.kind,
    parameters: parametersOf(rule, draft.typed),
    when: moment === 'registration' ? 'registration' : 'alias',
    alias: moment === 'one' ? aliasIn(draft) : null,
    mode: draft.mode,
    description: draft.description.trim() || null,
    replacing
  };
}

function aliasIn({ alias }: Draft): string {
  return alias.trim().replace(/^@/, '');
}

function problemsOf(draft: Draft, rule: RuleInfo): Record<string, Problem | null> {
  const given = parametersOf(rule, draft.typed);
  const missing = (name: string): Problem | null =>
    given[name] === undefined
      ? { message: `${name} is missing`, hint: `write it like ${EXAMPLES[name] ?? name}` }
      : null;
  // Of what is forbidden and what is allowed one is enough.
  const needed = rule.name === 'file-formats' ? (Object.keys(given).length > 0 ? [] : ['forbidden']) : rule.parameters;
  return {
    ...Object.fromEntries(needed.map(each => [each, missing(each)])),
    alias: momentOf(draft, rule) === 'one' ? aliasProblem(aliasIn(draft)) : null
  };
}

function RuleField(props: {
  form: Form;
  rules: readonly RuleInfo[];
  rule: RuleInfo;
  onChange: (name: string) => void;
}): React.JSX.Element {
  const { form, rules, rule, onChange } = props;
  return (
    <Field form={form} name="rule" label="Rule" note={rule.summary}>
      {control => (
        <select {...control} value={rule.name} onChange={event => onChange(event.target.value)}>
          {rules.map(each => (
            <option key={each.name} value={each.name}>
              {each.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function MomentField(props: {
  form: Form;
  rule: RuleInfo;
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}): React.JSX.Element {
  const { form, rule, draft, onChange } = props;
  const moment = momentOf(draft, rule);
  const registration = rule.moments.includes('registration');
  return (
    <>
      <Field form={form} name="when" label="When">
        {control => (
          <select
            {...control}
            value={moment}
            onChange={event =>
              onChange({
                moment: event.target.value === 'one' ? 'one' : event.target.value === 'alias' ? 'alias' : 'registration'
              })
            }
          >
            {registration && <option value="registration">A version is registered, or copied</option>}
            <option value="alias">Any alias is set</option>
            <option value="one">One alias is set</option>
          </select>
        )}
      </Field>
      {moment === 'one' && (
        <TextField
          form={form}
          name="alias"
          label="Alias"
          placeholder="Champion"
          value={draft.alias}
          onChange={alias => onChange({ alias })}
        />
      )}
    </>
  );
}

/** Which versions that are there would not meet it, or why it cannot be. */
function Verdict({ check }: { check: QueryView<PolicyCheck> }): React.JSX.Element | null {
  const { value, error } = check;
  if (error) {
    return (
      <div className="mreg-problem" role="alert">
        <div>{asSentence(error.message)}</div>
        {error.hint && <div className="mreg-quiet">{asSentence(error.hint)}</div>}
      </div>
    );
  }
  if (value === null || value.policy.mode === 'off') {
    return null;
  }
  if (value.count === 0) {
    return (
      <p className="mreg-effect" role="status">
        {value.looked === 0
          ? 'It says nothing of versions that are there.'
          : `All ${countedText(value.looked, 'version')} that it would be asked about meet it.`}
      </p>
    );
  }
  const rest = value.count - value.unmet.length;
  return (
    <div className="mreg-effect mreg-mod-warning" role="status">
      <div>
        {value.count} of {countedText(value.looked, 'version')} would not meet it; what is there stays as it is.
      </div>
      <ul className="mreg-takes">
        {value.unmet.map(each => (
          <li key={each.reference}>
            <bdi>{each.reference}</bdi> {each.lacks}
          </li>
        ))}
        {rest > 0 && <li>and {rest} more</li>}
      </ul>
    </div>
  );
}
