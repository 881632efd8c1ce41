import { commands } from './commands';
import { door } from './door';
import { drop } from './drop';
import { explorer } from './explorer';
import { output } from './output';
import { pages } from './pages';
import { settings } from './settings';

export default [settings, door, explorer, pages, commands, drop, output];
