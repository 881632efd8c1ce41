import { commands } from './plugins/commands';
import { door } from './plugins/host';
import { drop } from './plugins/drop';
import { explorer } from './plugins/explorer';
import { output } from './plugins/output';
import { pages } from './plugins/pages';
import { settings } from './plugins/settings';

export default [settings, door, explorer, pages, commands, drop, output];
