import { DEFAULT_SETTINGS, type Settings } from '../host/host';

const LEAST_PAGE = 10;
const MOST_PAGE = 1000;
const LEAST_MS = 1000;
const NAMESPACE = /^[a-zA-Z0-9_-]{1,255}\.[a-zA-Z0-9_-]{1,255}$/;

/** The settings in what JupyterLab keeps; what is missing or makes no sense is as at first. */
export function settingsFrom(kept: Readonly<Record<string, unknown>>): Settings {
  const { refreshSeconds, pageSize, defaultNamespace, confirmDeletes } = kept;
  return {
    refreshMs:
      typeof refreshSeconds === 'number' ? Math.max(LEAST_MS, refreshSeconds * 1000) : DEFAULT_SETTINGS.refreshMs,
    pageSize:
      typeof pageSize === 'number'
        ? Math.min(MOST_PAGE, Math.max(LEAST_PAGE, Math.round(pageSize)))
        : DEFAULT_SETTINGS.pageSize,
    defaultNamespace:
      typeof defaultNamespace === 'string' && NAMESPACE.test(defaultNamespace) ? defaultNamespace : null,
    confirmDeletes: typeof confirmDeletes === 'boolean' ? confirmDeletes : DEFAULT_SETTINGS.confirmDeletes
  };
}
