import * as React from 'react';

import type { Used } from '../../client/client';
import { useHost } from '../../host/host';
import { ago, aliasText, countText, dateTime } from '../../registry/format';
import type { PageTarget } from '../../registry/target';
import type { QueryState } from '../../state/query';
import { Section } from '../parts';
import { type Column, TableSection } from '../Table';
import { Notebook } from '../version/Provenance';
import type { Usage } from './usage';

/** Who loads a model or a version: from where, when last and how often. Nothing on a page of the past. */
export function UsedBy(props: { target: PageTarget; usage: QueryState<Usage> }): React.JSX.Element | null {
  const { target, usage } = props;
  const { client } = useHost();
  if (client.moment !== null || (usage.value === null && usage.error === null)) {
    return null;
  }
  const { used, noted } = usage.value ?? { used: [], noted: true };
  if (used.length > 0) {
    const columns = target.kind === 'model' ? [WHO, VERSION, ...OTHERS] : [WHO, ALIAS, ...OTHERS];
    return (
      <>
        <TableSection title="Used by" rows={used} columns={columns} className="mreg-mod-fitting" />
        {!noted && <Off />}
      </>
    );
  }
  return (
    <Section title="Used by">
      {noted ? <p className="mreg-quiet">{usage.error?.message ?? 'Nobody is known to have loaded it'}</p> : <Off />}
    </Section>
  );
}

function Off(): React.JSX.Element {
  return <p className="mreg-quiet">Loads are not noted here: MODELREG_USAGE=off</p>;
}

const WHO: Column<Used> = {
  title: 'Who',
  text: each => `${each.actor} ${each.notebook ?? ''}`,
  cell: each => (
    <>
      <bdi>{each.actor}</bdi>
      {each.notebook !== null && (
        <div>
          <Notebook path={each.notebook} cell={null} />
        </div>
      )}
    </>
  )
};
const ALIAS: Column<Used> = { title: 'As', text: each => (each.alias === null ? '' : aliasText(each.alias)) };
const VERSION: Column<Used> = {
  title: 'What',
  text: each => `${ALIAS.text(each)} v${each.version}`.trim(),
  cell: each => (
    <>
      {each.alias !== null && `${aliasText(each.alias)} `}
      <VersionLink used={each} />
    </>
  )
};
const OTHERS: readonly Column<Used>[] = [
  { title: 'Last', text: each => ago(each.last_used_at), whole: each => dateTime(each.last_used_at) },
  { title: 'Times', text: each => countText(each.count), as: 'number' }
];

function VersionLink({ used }: { used: Used }): React.JSX.Element {
  const host = useHost();
  const { name, version } = used;
  return (
    <button type="button" className="mreg-link" onClick={() => host.openPage({ kind: 'version', name, version })}>
      v{version}
    </button>
  );
}
