import * as React from 'react';

import { Recorder } from '../../client/recorder';
import type { ToldComment } from '../../client/client';
import { undoActions } from '../../actions/undo';
import { Icon } from '../../components/Icon';
import { type Host, useHost } from '../../host/host';
import { notifyingFailure } from '../../host/notifying';
import { exact } from '../../registry/commandLine';
import { countText } from '../../registry/format';
import { type PageTarget, referenceTo } from '../../registry/target';
import { CommentItem } from './CommentItem';
import { Composer } from './Composer';
import type { Discussion, DiscussionState } from './discussion';

/** How many comments there are, as far as they were read; nothing for none. */
export function commentCount({ comments, older }: DiscussionState): string | undefined {
  const count = comments.value?.length ?? 0;
  return count === 0 ? undefined : `${countText(count)}${older ? '+' : ''}`;
}

/** What people say about a model or a version, and a field to say something. */
export function CommentsView(props: {
  target: PageTarget;
  discussion: Discussion;
  mayWrite: boolean;
}): React.JSX.Element {
  const { target, discussion, mayWrite } = props;
  const host = useHost();
  const { comments, older } = discussion.state;
  const { value, error } = comments;
  const reference = referenceTo(target);
  const say = async (text: string): Promise<void> => {
    await host.client.call('comments.add', { reference: exact(reference), text });
  };
  return (
    <div className="mreg-page-body mreg-comments">
      {error !== null && value === null && (
        <p role="alert">
          {error.message}{' '}
          <button type="button" className="mreg-link" onClick={discussion.retry}>
            Retry
          </button>
        </p>
      )}
      {older && (
        <button type="button" className="mreg-link" onClick={discussion.more}>
          Show older comments
        </button>
      )}
      {value !== null && value.length === 0 && <Nothing target={target} />}
      {value !== null && value.length > 0 && (
        <ol className="mreg-thread" aria-label="Comments">
          {value.map(each => (
            <Editable key={each.id} comment={each} target={target} />
          ))}
        </ol>
      )}
      {host.client.moment === null && mayWrite && (
        <Composer
          label={`Comment on ${target.kind === 'version' ? `v${target.version}` : 'the model'}`}
          action="Comment"
          onSubmit={say}
        />
      )}
    </div>
  );
}

function Nothing({ target }: { target: PageTarget }): React.JSX.Element {
  return (
    <div className="mreg-message">
      <Icon name="prompts" className="mreg-mod-large" />
      <p>Nobody has said anything yet</p>
      <p className="mreg-quiet">
        What is said about this {target.kind} stays with it. @ben speaks to a user or a group, who find it among their
        requests.
      </p>
    </div>
  );
}

/** A comment, or a field with its text while its author edits it. */
function Editable({ comment, target }: { comment: ToldComment; target: PageTarget }): React.JSX.Element {
  const host = useHost();
  const [editing, setEditing] = React.useState(false);
  const change = async (text: string): Promise<void> => {
    if (text !== comment.text) {
      await host.client.call('comments.edit', { id: comment.id, text });
    }
    setEditing(false);
  };
  const now = host.client.moment === null;
  return (
    <CommentItem comment={comment} about={target}>
      {editing ? (
        <Composer
          label={`Edit comment of ${comment.author}`}
          action="Save"
          first={comment.text}
          onSubmit={change}
          onCancel={() => setEditing(false)}
        />
      ) : (
        now &&
        comment.actions.length > 0 && (
          <div className="mreg-comment-actions">
            {comment.actions.includes('edit') && (
              <button type="button" className="mreg-link" onClick={() => setEditing(true)}>
                Edit
              </button>
            )}
            {comment.actions.includes('delete') && (
              <button type="button" className="mreg-link" onClick={() => void remove(host, comment)}>
                Delete
              </button>
            )}
          </div>
        )
      )}
    </CommentItem>
  );
}

/** Delete a comment; that can be undone. */
function remove(host: Host, { id, author }: ToldComment): Promise<void> {
  return notifyingFailure(host, async () => {
    const recorder = new Recorder(host.client);
    await recorder.client.call('comments.delete', { id });
    host.notify({
      ok: true,
      message: `Deleted a comment of ${author}`,
      actions: undoActions(host, await recorder.undoable())
    });
  });
}
