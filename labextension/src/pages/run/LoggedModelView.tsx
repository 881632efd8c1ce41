import * as React from 'react';

import { ShortId } from '../../components/CopyButton';
import { When } from '../../components/When';
import type { TrackedTarget } from '../../registry/target';
import { useQuery } from '../../state/query';
import { Facts, Section } from '../parts';
import { TableSection } from '../Table';
import { Tracked } from '../version/Provenance';
import { METRICS, sorted, TEXTS } from './RunView';
import { TrackedFrame } from './TrackedFrame';
import { Versions } from './Versions';

/** The page of a logged model, for where MLflow's own cannot be had. */
export function LoggedModelView({ target }: { target: TrackedTarget }): React.JSX.Element {
  const { id: model_id, name } = target;
  const query = useQuery(model_id, (client, signal) =>
    client.call('tracking.logged_model_details', { model_id }, signal)
  );
  return (
    <TrackedFrame
      kind="Logged model"
      icon="model"
      name={query.value?.model.name ?? name ?? model_id}
      id={model_id}
      query={query}
      about={null}
    >
      {({ model, params, tags, versions }) => (
        <div className="mreg-page-body mreg-mod-columns">
          <div>
            <TableSection title="Metrics" rows={sorted(model.metrics)} columns={METRICS} />
            <TableSection title="Parameters" rows={sorted(params)} columns={TEXTS} />
          </div>
          <aside>
            <Section title="About this logged model">
              <Facts
                facts={[
                  ['Id', <ShortId id={model_id} what="id of the logged model" />],
                  ['Logged', <When time={model.created_at} />],
                  model.run_id === null
                    ? null
                    : [
                        'Run',
                        <Tracked
                          url={null}
                          page={{ kind: 'run', run_id: model.run_id, ...(model.run_name && { name: model.run_name }) }}
                        >
                          <bdi>{model.run_name ?? model.run_id}</bdi>
                        </Tracked>
                      ],
                  ['Experiment', <bdi>{model.experiment}</bdi>],
                  model.flavors.length === 0 ? null : ['Flavors', model.flavors.join(', ')],
                  ['Registered', versions.length === 0 ? 'Not here' : <Versions references={versions} />]
                ]}
              />
            </Section>
            <TableSection title="Tags" rows={sorted(tags)} columns={TEXTS} />
          </aside>
        </div>
      )}
    </TrackedFrame>
  );
}
