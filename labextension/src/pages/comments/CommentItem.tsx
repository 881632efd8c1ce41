import * as React from 'react';

import type { ToldComment } from '../../client/client';
import { When } from '../../components/When';
import { useHost } from '../../host/host';
import { dateTime } from '../../registry/format';
import type { PageTarget } from '../../registry/target';
import { Folded } from '../parts';

/** What somebody has said; with `about` what the page is of, which then goes without saying. */
export function CommentItem(props: {
  comment: ToldComment;
  about: PageTarget | null;
  children?: React.ReactNode;
}): React.JSX.Element {
  const { comment, about, children } = props;
  const { Markdown } = useHost();
  const { author, text, created_at, updated_at, edited } = comment;
  return (
    <li className="mreg-comment">
      <span className="mreg-avatar" aria-hidden="true">
        {[...author][0]?.toUpperCase()}
      </span>
      <div className="mreg-comment-body">
        <div className="mreg-comment-head">
          <bdi className="mreg-strong">{author}</bdi>{' '}
          <span className="mreg-quiet">
            <When time={created_at} />
            {edited && <span title={`Edited ${dateTime(updated_at)}`}> · edited</span>}
          </span>
          <Place comment={comment} about={about} />
        </div>
        <Folded text={text}>
          <Markdown text={text} />
        </Folded>
        {children}
      </div>
    </li>
  );
}

/** Leads to what the comment is about, where the page is not of that. */
function Place({ comment, about }: { comment: ToldComment; about: PageTarget | null }): React.JSX.Element | null {
  const host = useHost();
  const { model, version } = comment;
  if (about?.kind === 'version' || (about !== null && version === null)) {
    return null;
  }
  const target: PageTarget =
    version === null ? { kind: 'model', name: model } : { kind: 'version', name: model, version };
  const text = about === null ? `${model}${version === null ? '' : `/${version}`}` : `v${version}`;
  return (
    <span className="mreg-quiet">
      {' '}
      on{' '}
      <button type="button" className="mreg-link" onClick={() => host.openPage(target, { tab: 'comments' })}>
        <bdi>{text}</bdi>
      </button>
    </span>
  );
}
