import * as React from 'react';

import type { Comparison } from '../../client/client';
import { Icon } from '../../components/Icon';
import { asSentence } from '../../components/sentence';
import { HostProvider, useHost } from '../../host/host';
import { pastHost } from '../../host/pastHost';
import { countText } from '../../registry/format';
import { type CompareTarget, MOST_COMPARED } from '../../registry/target';
import { PastNote } from '../clock/PastBanner';
import { PlainFrame } from '../PlainFrame';
import { usePage } from '../usePage';
import { ComparedTable } from './ComparedTable';
import { modelIn, sectionsOf } from './compared';
import { CompareStore } from './compareStore';

interface Props {
  target: CompareTarget;
  visible: boolean;
}

/** Versions side by side, as they were at `moment` if any. It reads only while `visible`. */
export function CompareView({ moment, ...props }: Props & { moment: number | null }): React.JSX.Element {
  const host = useHost();
  const shown = React.useMemo(() => (moment === null ? host : pastHost(host, moment)), [host, moment]);
  return (
    <HostProvider value={shown}>
      <Compared
        key={moment}
        {...props}
        past={moment !== null && <PastNote moment={moment} onBack={() => host.openPage(props.target, {})} />}
      />
    </HostProvider>
  );
}

function Compared({ target, visible, past }: Props & { past: React.ReactNode }): React.JSX.Element {
  const host = useHost();
  const [everything, setEverything] = React.useState(false);
  const [page, { value, error, busy }] = usePage(() => new CompareStore(host.client, target.references), visible);
  React.useEffect(() => page.compare(target.references), [page, target.references]);
  const references = value?.references ?? target.references;
  const full = references.length >= MOST_COMPARED;
  return (
    <PlainFrame
      page={target}
      icon="compare"
      loaded={value !== null}
      error={error}
      onRetry={() => void page.refresh()}
      above={past}
      about={<Model name={modelIn(references)} />}
      actions={
        host.client.moment === null && (
          <button
            type="button"
            className="mreg-page-action"
            disabled={full}
            title={full ? `Up to ${MOST_COMPARED} versions can be compared` : 'Add a version'}
            onClick={() => void host.openDialog({ kind: 'compare', references: target.references })}
          >
            <Icon name="register" />
            <span>Add version</span>
          </button>
        )
      }
    >
      {value !== null && (
        <div className="mreg-page-body mreg-compare" aria-busy={busy}>
          <Notes comparison={value} />
          <Bar comparison={value} everything={everything} onEverything={setEverything} />
          <ComparedTable target={target} comparison={value} sections={sectionsOf(value, everything)} />
          <Left comparison={value} />
        </div>
      )}
    </PlainFrame>
  );
}

/** Which model all of them are versions of, where that is one. */
function Model({ name }: { name: string | null }): React.JSX.Element | null {
  const host = useHost();
  return name === null ? null : (
    <button
      type="button"
      className="mreg-link mreg-compare-model"
      onClick={() => host.openPage({ kind: 'model', name })}
    >
      <bdi>{name}</bdi>
    </button>
  );
}

/** What breaks those who call the first version. */
function Notes({ comparison }: { comparison: Comparison }): React.JSX.Element | null {
  const { breaking, references } = comparison;
  return breaking.length === 0 ? null : (
    <div className="mreg-page-note" role="note" aria-label="Breaking changes">
      <Icon name="warning" />
      <div>
        Callers of <bdi>{references[0]}</bdi> may fail:
        <ul className="mreg-compare-breaking">
          {breaking.map(each => (
            <li key={each}>
              <bdi>{each}</bdi>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Bar(props: {
  comparison: Comparison;
  everything: boolean;
  onEverything: (everything: boolean) => void;
}): React.JSX.Element {
  const { comparison, everything, onEverything } = props;
  const { values } = comparison;
  const differing = values.filter(each => each.differs).length;
  return (
    <div className="mreg-compare-bar">
      <span className="mreg-quiet" role="status">
        {countText(differing)} of {countText(values.length)} differ
      </span>
      <label className="mreg-tickbox">
        <input type="checkbox" checked={everything} onChange={event => onEverything(event.target.checked)} />
        Show what is the same, too
      </label>
    </div>
  );
}

/** What could not be compared, and why. */
function Left({ comparison }: { comparison: Comparison }): React.JSX.Element {
  return (
    <>
      {comparison.unread.map(each => (
        <p key={each} className="mreg-quiet">
          {asSentence(each)}
        </p>
      ))}
    </>
  );
}
