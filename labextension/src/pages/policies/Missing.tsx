import * as React from 'react';

import type { Client, Policy, PolicyResult, Version } from '../../client/client';
import { useHost } from '../../host/host';
import { exact } from '../../registry/commandLine';
import { inOrder } from '../../registry/format';
import { useLiveQuery } from '../../state/query';
import { Section } from '../parts';
import { PolicyResults } from './PolicyResults';

/** Rules that somebody else's doing meets. */
const BY_OTHERS: readonly string[] = ['approvals', 'allowed-principals'];
/** The most aliases that are asked about; a governed model has no more. */
const MOST = 10;

/** An alias that policies are asked about, and what they say of a version. */
interface Protected {
  readonly alias: string;
  readonly results: readonly PolicyResult[];
  /** Whether it takes a reason to set it. */
  readonly reason: boolean;
}

/** What a version lacks to hold each alias that a policy protects; nothing where none does, or where the past is shown. */
export function Missing({ version }: { version: Version }): React.JSX.Element | null {
  const { client } = useHost();
  return client.moment === null ? <Now version={version} /> : null;
}

function Now({ version }: { version: Version }): React.JSX.Element | null {
  const { aliasOrder } = useHost().settings;
  const { value } = useLiveQuery(client => look(client, version, aliasOrder));
  if (value === null || value.length === 0) {
    return null;
  }
  return (
    <Section title="Protected aliases">
      {value.map(each => (
        <OneAlias key={each.alias} version={version} found={each} />
      ))}
    </Section>
  );
}

async function look(client: Client, version: Version, order: readonly string[]): Promise<Protected[]> {
  const { name } = version;
  const policies = await client.call('policies.list', { on: name, kind: 'model', inherited: true });
  const asked = policies.filter(each => each.when === 'alias' && each.mode !== 'off');
  if (asked.length === 0) {
    return [];
  }
  const named = asked.flatMap(each => (each.alias === null ? [] : [each.alias]));
  const all = asked.some(each => each.alias === null) ? (await client.call('models.get', { name })).aliases : {};
  const aliases = inOrder(new Set([...named, ...Object.keys(all)]), order).slice(0, MOST);
  return Promise.all(
    aliases.map(async alias => {
      const found = await client.call('policies.test', { reference: exact(`${name}/${version.version}`), alias });
      const results = found.filter(each => each.policy.when === 'alias' && each.met !== null);
      const why = (each: { policy: Policy }): boolean => each.policy.rule === 'required-reason';
      return { alias, results: results.filter(each => !why(each)), reason: results.some(why) };
    })
  );
}

function OneAlias({ version, found }: { version: Version; found: Protected }): React.JSX.Element {
  const host = useHost();
  const { alias, results, reason } = found;
  const here = version.aliases.includes(alias);
  const missing = results.filter(each => each.met === false && each.policy.mode === 'prevent');
  const target = { model: version.name, version: version.version, alias };
  const asking = missing.length > 0;
  const own = missing.filter(each => !BY_OTHERS.includes(each.policy.rule));
  return (
    <div className="mreg-alias-rules" role="group" aria-label={`@${alias}`}>
      <div className="mreg-alias-rules-head">
        <bdi className="mreg-strong">@{alias}</bdi>
        <span className="mreg-quiet">
          {here ? 'points here' : missing.length === 0 ? 'can be set' : `${missing.length} missing`}
        </span>
      </div>
      <PolicyResults results={results} />
      {reason && !here && <p className="mreg-quiet">Setting it takes a reason.</p>}
      {!here && (
        <button
          type="button"
          className="mreg-link"
          onClick={() => void host.openDialog({ kind: asking ? 'request' : 'alias', ...target })}
        >
          {asking ? (own.length === 0 ? 'Request approval…' : 'Request it all the same…') : `Set @${alias}…`}
        </button>
      )}
    </div>
  );
}
