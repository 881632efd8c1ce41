import { LEADING_ALIASES } from '../registry/format';

/**
 * What the person may choose, as it is at first.
 *
 * JupyterLab keeps it under the same names, and holds it against schema/settings.json, which says what is allowed.
 */
export const DEFAULT_SETTINGS = {
  /** Seconds between two polls of the activity log. */
  refreshSeconds: 2,
  /** Rows fetched at a time, at most 1,000. */
  pageSize: 100,
  /** `catalog.schema` that new models go to unless another one is chosen; empty for none. */
  defaultNamespace: '',
  /** Whether a dialog asks before something is deleted. */
  confirmDeletes: true,
  /** The aliases that come first wherever aliases are shown; the first of them says which version is live. */
  aliasOrder: LEADING_ALIASES
};

export type Settings = Readonly<typeof DEFAULT_SETTINGS>;
