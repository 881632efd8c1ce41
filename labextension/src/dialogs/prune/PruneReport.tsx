import * as React from 'react';

import type { Prune, PruneVerdict } from '../../client/client';
import { ago, aliasText, countedText, countText, inOrder, sizeText } from '../../registry/format';
import { useHost } from '../../host/host';
import { ReportTable } from '../transfer/ReportTable';
import { usersText } from '../form/usersText';

/** More versions than this are listed when somebody asks for them. */
const MOST = 100;

/** `12 versions of 3 models`. */
export function goesText({ models, versions }: Prune): string {
  const gone = versions.filter(each => each.why === null);
  const count = new Set(gone.map(each => each.name)).size;
  return `${countedText(gone.length, 'version')}${models === 1 ? '' : ` of ${countedText(count, 'model')}`}`;
}

/** What a prune does, and whom it may concern, in sentences. */
export function pruneFacts(told: Prune): string[] {
  const gone = told.versions.filter(each => each.why === null);
  const size = gone.reduce((sum, each) => sum + each.size, 0);
  const kept = told.versions.length - gone.length;
  const of = told.models === 1 ? '' : ` of ${countedText(told.models, 'model')}`;
  const stay = told.newest === 1 ? 'stays' : 'stay';
  return [
    gone.length === 0
      ? 'Nothing goes.'
      : `${goesText(told)} ${gone.length === 1 ? 'goes' : 'go'} to the trash${
          size > 0 ? `; the files (${sizeText(size)}) stay on disk until the trash is purged` : ''
        }.`,
    ...(told.newest > 0 ? [`${countedText(told.newest, 'version')} ${stay} as the newest${of}.`] : []),
    ...(kept > 0 ? [`${countedText(kept, 'older version')} ${kept === 1 ? 'stays' : 'stay'} for another reason.`] : []),
    ...usersText(told.users)
  ];
}

/** Each version that is not among the newest: whether it goes, or why it stays. */
export function PruneTable({ told }: { told: Prune }): React.JSX.Element {
  const { aliasOrder } = useHost().settings;
  const [all, setAll] = React.useState(false);
  const rows = all ? told.versions : told.versions.slice(0, MOST);
  return (
    <>
      <div className="mreg-prune-list" role="region" aria-label="What becomes of older versions" tabIndex={0}>
        <ReportTable heads={['Version', 'What becomes of it', 'Size']}>
          {rows.map(each => (
            <tr key={`${each.name}/${each.version}`}>
              <td>
                {told.models > 1 && (
                  <bdi title={each.name}>
                    {each.name.slice(each.name.lastIndexOf('.') + 1)}
                    {' / '}
                  </bdi>
                )}
                v{each.version}
              </td>
              <td className={each.why === null ? 'mreg-mod-wrong' : ''}>{becomesText(each, aliasOrder)}</td>
              <td>{each.size > 0 ? sizeText(each.size) : ''}</td>
            </tr>
          ))}
        </ReportTable>
      </div>
      {rows.length < told.versions.length && (
        <button type="button" className="mreg-link" onClick={() => setAll(true)}>
          Show all {countText(told.versions.length)}
        </button>
      )}
    </>
  );
}

function becomesText({ why, aliases, held_by, last_used_at }: PruneVerdict, order: readonly string[]): string {
  switch (why) {
    case null:
      return last_used_at === null ? 'Goes' : `Goes, loaded ${ago(last_used_at)}`;
    case 'alias':
      return `Stays: ${inOrder(aliases, order)
        .map(each => aliasText(each))
        .join(', ')}`;
    case 'pinned':
      return 'Stays: pinned';
    case 'deployed':
      return `Stays: deployed at ${held_by.join(', ')}`;
    case 'copied':
      return `Stays: copied as ${held_by.join(', ')}`;
    case 'requested':
      return `Stays: ${held_by.join(', ')}`;
    case 'registering':
      return 'Stays: being registered';
    case 'used':
      return `Stays: loaded ${last_used_at === null ? 'lately' : ago(last_used_at)}`;
  }
}
