import * as React from 'react';

import type { MetricDifference, Review } from '../../client/client';
import { When } from '../../components/When';
import { numberText } from '../../registry/format';
import { sentenceText } from '../../registry/events';
import { Section } from '../parts';
import { PolicyResults } from '../policies/PolicyResults';
import { Table, type Column } from '../Table';

/** What the policies on the alias say of the version. */
export function Policies({ review }: { review: Review }): React.JSX.Element | null {
  const { policies, request } = review;
  return request.kind !== 'alias' ? null : (
    <Section title="Policies">
      {policies.length === 0 ? (
        <p className="mreg-quiet">None is asked when @{request.alias} is set</p>
      ) : (
        <PolicyResults results={policies} />
      )}
    </Section>
  );
}

/** The metrics before and after; which is better nobody here can tell. */
export function Metrics({ review }: { review: Review }): React.JSX.Element | null {
  const { metrics, request, compared } = review;
  if (request.kind === 'access') {
    return null;
  }
  const columns: Column<MetricDifference>[] = [
    { title: 'Metric', text: each => each.key },
    ...(compared === null ? [] : [valued(`v${compared}`, each => each.present)]),
    valued(`v${request.version}`, each => each.asked),
    ...(compared === null ? [] : [{ title: 'Difference', text: difference, as: 'number' } as const])
  ];
  return (
    <Section title="Metrics">
      {metrics.length === 0 ? (
        <p className="mreg-quiet">No metrics are known</p>
      ) : (
        <Table title="Metrics" columns={columns} rows={metrics} />
      )}
    </Section>
  );
}

function valued(title: string, of: (each: MetricDifference) => MetricDifference['asked']): Column<MetricDifference> {
  const text = (each: MetricDifference): string => {
    const value = of(each);
    return value === null ? '–' : numberText(value);
  };
  return { title, text, whole: each => String(of(each) ?? ''), as: 'number' };
}

function difference({ asked, present }: MetricDifference): string {
  if (typeof asked !== 'number' || typeof present !== 'number') {
    return '–';
  }
  const by = asked - present;
  return by === 0 ? '0' : `${by > 0 ? '+' : '−'}${numberText(Math.abs(by))}`;
}

/** In what the signature differs for callers. */
export function Signature({ review }: { review: Review }): React.JSX.Element | null {
  const { signature, compared } = review;
  if (compared === null) {
    return null;
  }
  return (
    <Section title="Signature">
      {signature.length === 0 ? (
        <p className="mreg-quiet">Nothing changes for callers of v{compared}</p>
      ) : (
        <ul className="mreg-plain-list">
          {signature.map(each => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** What privileges that are asked for would let their holder do. */
export function Allowed({ review }: { review: Review }): React.JSX.Element | null {
  const allowed = Object.entries(review.allows);
  return allowed.length === 0 ? null : (
    <Section title="What it would allow">
      <ul className="mreg-plain-list">
        {allowed.map(([privilege, meaning]) => (
          <li key={privilege}>
            <span className="mreg-strong">{privilege}</span>: {meaning}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What was done to the version, or to the alias, since it was asked. */
export function Since({ review }: { review: Review }): React.JSX.Element | null {
  return review.since.length === 0 ? null : (
    <Section title="Since it was asked" count={String(review.since.length)}>
      <ul className="mreg-plain-list">
        {review.since.map(each => (
          <li key={each.seq}>
            <bdi className="mreg-strong">{each.actor}</bdi> {sentenceText(each)}{' '}
            <span className="mreg-quiet">
              <When time={each.time} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
