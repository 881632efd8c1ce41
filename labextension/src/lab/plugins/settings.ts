import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { asRegistryError } from '../../client/client';
import { DEFAULT_SETTINGS, type Settings } from '../../host/settings';
import { notify } from '../notifications';
import { ISettings } from '../tokens';

/** Keeps the settings of JupyterLab; without any, as they are at first. */
export class LabSettings implements ISettings {
  private readonly listeners = new Set<() => void>();
  private settings: Settings = DEFAULT_SETTINGS;

  readonly current = (): Settings => this.settings;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Follow what is in `loaded`. */
  follow(loaded: ISettingRegistry.ISettings): void {
    const read = (): void => {
      // JupyterLab has held them against the schema.
      this.settings = { ...DEFAULT_SETTINGS, ...(loaded.composite as Partial<Settings>) };
      this.listeners.forEach(each => each());
    };
    loaded.changed.connect(read);
    read();
  }
}

export const settings: JupyterFrontEndPlugin<ISettings> = {
  id: 'jupyter-modelreg:settings',
  description: 'The settings of the model registry',
  autoStart: true,
  provides: ISettings,
  optional: [ISettingRegistry],
  activate: (_app: JupyterFrontEnd, registry: ISettingRegistry | null): ISettings => {
    const kept = new LabSettings();
    registry?.load(settings.id).then(
      loaded => kept.follow(loaded),
      (error: unknown) =>
        notify({
          ok: false,
          message: 'The settings of the model registry cannot be read: the defaults apply',
          hint: asRegistryError(error).message
        })
    );
    return kept;
  }
};
