import * as React from 'react';

import type { RegistryIdentity, RegistryStatus } from '../../client/client';
import { CopyButton } from '../../components/CopyButton';
import { useHost } from '../../host/host';
import { countedText, sizeText } from '../../registry/format';
import { addressOf, registryKind, registryName } from '../../registry/registryName';
import { useQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { useForm } from '../form/useForm';

/** Which registry is shown: where it is, what it is, who asks there, and whether that one may change it. */
export function AboutDialog({ onClose }: { onClose: (done: boolean) => void }): React.JSX.Element {
  const { registries } = useHost();
  const found = useQuery('about', client =>
    Promise.all([client.call('registry.identity', {}), client.call('registry.status', {})])
  );
  const form = useForm({ problems: {}, act: () => Promise.resolve(null), onClose });
  const [identity, status] = found.value ?? [];
  const own = registries?.uri ? registries.own : null;
  return (
    <DialogFrame
      form={form}
      title="About this registry"
      icon="registry"
      action="Close"
      doing=""
      harmless
      over={found.value !== null}
      waiting={found.value === null ? { error: found.error, retry: found.retry } : null}
    >
      {identity && status && (
        <dl className="mreg-facts">
          {factsOf(identity, status, own).map(([name, value]) => (
            <React.Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </React.Fragment>
          ))}
        </dl>
      )}
    </DialogFrame>
  );
}

function factsOf(
  { uri, actor, version, read_only }: RegistryIdentity,
  status: RegistryStatus,
  own: string | null
): (readonly [name: string, value: React.ReactNode])[] {
  const kind = registryKind(uri);
  const models = status.governed_models + status.workspace_models;
  return [
    ['Name', <bdi key="name">{registryName(uri)}</bdi>],
    ['Address', <Copied key="address" text={addressOf(uri)} />],
    ['Kind', kind],
    ['As', <bdi key="actor">{actor}</bdi>],
    ['Access', status.moved_to !== null ? 'read-only: it has moved' : read_only ? 'read-only' : 'as far as granted'],
    [
      'Holds',
      `${countedText(models, 'model')}, ${countedText(status.versions, 'version')}, ${sizeText(status.file_bytes)}`
    ],
    [kind === 'server' ? 'Version of the server' : 'Version', version ?? 'too old to say'],
    ...(status.moved_to === null
      ? []
      : [['Moved to', <Copied key="moved" text={addressOf(status.moved_to)} />] as const]),
    ...(own === null ? [] : [['In the settings', <bdi key="own">{addressOf(own)}</bdi>] as const])
  ];
}

function Copied({ text }: { text: string }): React.JSX.Element {
  return (
    <span className="mreg-copied">
      <bdi>{text}</bdi>
      <CopyButton text={text} what="address" />
    </span>
  );
}
