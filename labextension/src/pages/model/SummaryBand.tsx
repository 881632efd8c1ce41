import * as React from 'react';

import type { Model } from '../../client/client';
import { AliasChips } from '../../actions/AliasChip';
import { TagChip } from '../../components/TagValue';
import { When } from '../../components/When';
import { useViewport } from '../../explorer/viewport';
import { useHost } from '../../host/host';
import { modelAliases } from '../../registry/aliases';
import { tagText } from '../../registry/format';
import { firstLine } from '../../registry/markdown';
import { isPrompt, sortedTags } from '../../registry/tags';

/** How many tags there is room for. */
const MOST_TAGS = 6;

/** What one wants to know of a model at a glance, below its name whichever tab is open. */
export function SummaryBand({ model, versions }: { model: Model; versions: string | undefined }): React.JSX.Element {
  const { aliasOrder } = useHost().settings;
  const aliases = modelAliases(model, aliasOrder);
  const line = firstLine(model.description ?? '');
  const ref = React.useRef<HTMLDivElement>(null);
  const { width } = useViewport(ref);
  return (
    <div ref={ref} className="mreg-band">
      {aliases.length > 0 && (
        <AliasChips
          model={model.name}
          prompt={isPrompt(model)}
          aliases={aliases}
          order={aliasOrder}
          versions
          most={mostAliases(width)}
        />
      )}
      {line !== '' && (
        <p className="mreg-band-line" title={line}>
          <bdi>{line}</bdi>
        </p>
      )}
      <div className="mreg-band-facts">
        <span>
          <span className="mreg-quiet">Owner</span> <bdi>{model.owner}</bdi>
        </span>
        <span>
          <span className="mreg-quiet">Updated</span> <When time={model.updated_at} by={model.updated_by} />
        </span>
        {versions !== undefined && (
          <span>
            {versions} <span className="mreg-quiet">{versions === '1' ? 'version' : 'versions'}</span>
          </span>
        )}
        <BandTags tags={model.tags} />
      </div>
    </div>
  );
}

/** How many aliases have room on about two lines of a band `width` pixels wide; 0 stands for one not laid out yet. */
function mostAliases(width: number): number {
  return width === 0 ? 12 : Math.max(2, Math.min(12, Math.floor(width / 70)));
}

function BandTags({ tags }: { tags: Model['tags'] }): React.JSX.Element | null {
  const entries = sortedTags(tags);
  const rest = entries.slice(MOST_TAGS);
  return entries.length === 0 ? null : (
    <span className="mreg-band-tags">
      {entries.slice(0, MOST_TAGS).map(([key, value]) => (
        <TagChip key={key} name={key} value={value} />
      ))}
      {rest.length > 0 && (
        <span className="mreg-quiet" title={rest.map(([key, value]) => tagText(key, value)).join('\n')}>
          +{rest.length}
        </span>
      )}
    </span>
  );
}
