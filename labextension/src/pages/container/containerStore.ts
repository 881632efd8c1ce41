import type { Catalog, Event, Schema } from '../../client/client';
import type { ContainerTarget, RegistryTarget } from '../../registry/target';
import { type PageState, PageStore } from '../pageStore';

export type Wide = ContainerTarget | RegistryTarget;

/** What is known of a catalog, a schema or the registry. */
export interface Container {
  /** The catalog or schema; null for the registry. */
  readonly securable: Catalog | Schema | null;
  readonly models: number;
}

export type ContainerState = PageState<Container>;

/** What the page of a catalog, a schema or the registry shows. */
export class ContainerStore extends PageStore<Container, ContainerState, Wide> {
  protected async read(signal: AbortSignal): Promise<Container> {
    const { client, target } = this;
    switch (target.kind) {
      case 'registry': {
        const { governed_models, workspace_models } = await client.call('registry.status', {}, signal);
        return { securable: null, models: governed_models + workspace_models };
      }
      case 'catalog': {
        const [securable, counts] = await Promise.all([
          client.call('catalogs.get', { name: target.name }, signal),
          client.call('registry.counts', { catalogs: [target.name] }, signal)
        ]);
        return { securable, models: counts.catalogs[target.name] ?? 0 };
      }
      case 'schema': {
        const [securable, counts] = await Promise.all([
          client.call('schemas.get', { name: target.name }, signal),
          client.call('registry.counts', { schemas: [target.name] }, signal)
        ]);
        return { securable, models: counts.schemas[target.name] ?? 0 };
      }
    }
  }

  protected follow(): Promise<void> {
    return Promise.resolve();
  }

  protected touches(_event: Event): boolean {
    return true;
  }

  protected drawn(known: ContainerState): ContainerState {
    return known;
  }
}
