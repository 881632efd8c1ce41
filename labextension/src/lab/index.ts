import { address } from './plugins/address';
import { commands } from './plugins/commands';
import { hostProvider } from './plugins/host';
import { drop } from './plugins/drop';
import { explorer } from './plugins/explorer';
import { fileBrowser } from './plugins/fileBrowser';
import { output } from './plugins/output';
import { pages } from './plugins/pages';
import { settings } from './plugins/settings';

export default [settings, hostProvider, explorer, pages, commands, address, fileBrowser, drop, output];
