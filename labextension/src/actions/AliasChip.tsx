import * as React from 'react';

import { useHost } from '../host/host';
import { type AliasOrder, isLive } from '../registry/aliases';
import { Icon } from '../components/Icon';
import { useProtection } from '../host/protection';
import { policyText } from '../registry/access/policyText';
import { dragAlias } from './aliasDrag';
import { aliasMenu, type AliasTarget } from './aliasMenu';
import { useMenu } from './useMenu';

/** Unless told otherwise, more aliases than this are shown only when somebody asks. */
const MOST = 12;

interface Props {
  model: string;
  /** Whether that is a prompt. */
  prompt: boolean;
  /** The aliases with what they point at, in `order`. */
  aliases: readonly (readonly [alias: string, version: number])[];
  order: AliasOrder;
  /** Whether each says where it points. */
  versions?: boolean;
  /** How many are shown before somebody asks for the rest. */
  most?: number;
}

/** The aliases of a model or a version, each a handle: a click opens what can be done with it, and it can be dragged. */
export function AliasChips({ model, prompt, aliases, order, versions = false, most = MOST }: Props): React.JSX.Element {
  const [all, setAll] = React.useState(false);
  const shown = all ? aliases : aliases.slice(0, most);
  return (
    <span className="mreg-page-badges">
      {shown.map(([alias, version]) => (
        <AliasChip
          key={alias}
          target={{ model, alias, version, prompt }}
          live={isLive(alias, order)}
          showVersion={versions}
        />
      ))}
      {shown.length < aliases.length && (
        <button
          type="button"
          className="mreg-badge"
          aria-label={`Show ${aliases.length - shown.length} more aliases`}
          onClick={() => setAll(true)}
        >
          +{aliases.length - shown.length}
        </button>
      )}
    </span>
  );
}

/** One alias as a handle. In a table, whose focus does not move, `tabIndex` is -1. */
export function AliasChip(props: {
  target: AliasTarget;
  live: boolean;
  showVersion: boolean;
  tabIndex?: number;
}): React.JSX.Element {
  const { target, live, showVersion, tabIndex = 0 } = props;
  const host = useHost();
  const { open, isOpen, menu } = useMenu();
  const rules = useProtection(target.model, target.alias);
  const show = (event: React.MouseEvent): void => {
    event.stopPropagation();
    open(aliasMenu(host, target), event);
  };
  return (
    <>
      <button
        type="button"
        className={`mreg-badge${live ? ' mreg-mod-live' : ''}`}
        tabIndex={tabIndex}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        title={[chipTitle(target, live), ...rules.map(each => `Moving it takes ${policyText(each)}`)].join('\n')}
        draggable={host.client.moment === null}
        onClick={show}
        onContextMenu={show}
        onDoubleClick={event => event.stopPropagation()}
        onKeyDown={event => event.stopPropagation()}
        onDragStart={event => {
          event.stopPropagation();
          dragAlias(event, target);
        }}
      >
        {rules.length > 0 && <Icon name="access" className="mreg-mod-lock" />}
        <bdi>@{target.alias}</bdi>
        {showVersion && <span className="mreg-badge-version"> v{target.version}</span>}
      </button>
      {menu}
    </>
  );
}

function chipTitle({ alias, version }: AliasTarget, live: boolean): string {
  return `@${alias} points at v${version}${live ? ', the live one' : ''}`;
}
