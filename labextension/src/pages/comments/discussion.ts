import type { Client, ToldComment, ToldRequest } from '../../client/client';
import { exact } from '../../registry/commandLine';
import type { ActivityChanges } from '../../state/activityPoller';
import { Query, type QueryState } from '../../state/query';

/** More than so many open requests on one thing are not looked for. */
const MOST_REQUESTS = 100;
/** How many comments are fetched at first, and how many more each time somebody asks. */
const PAGE = 50;

/** What people say about something, and ask of it. */
export interface DiscussionState {
  /** What is asked of it, or of one of its versions, and not decided yet. */
  readonly requests: readonly ToldRequest[];
  /** What was said, the newest last. */
  readonly comments: QueryState<readonly ToldComment[]>;
  /** Whether there is more that was said before. */
  readonly older: boolean;
}

/** Follows what people say about what `reference` names, and ask of it. */
export class Discussion {
  private readonly requests: Query<readonly ToldRequest[]>;
  private readonly comments: Query<readonly ToldComment[]>;
  private limit = PAGE;

  /** @param changed called after every change of `state` */
  constructor(
    private readonly client: Client,
    private readonly reference: string,
    changed: () => void
  ) {
    this.requests = new Query(changed);
    this.comments = new Query(changed);
  }

  get state(): DiscussionState {
    const { value, ...rest } = this.comments.state;
    const comments = value === null ? null : value.slice(-this.limit);
    return {
      requests: this.requests.state.value ?? [],
      comments: { ...rest, value: comments },
      older: value !== null && value.length > this.limit
    };
  }

  /** Read both, unless that has been done; what is asked is of now alone. */
  want(): void {
    const { client } = this;
    const reference = exact(this.reference);
    void this.requests.want(client.moment === null ? reference : null, signal =>
      client.call('requests.list', { reference, limit: MOST_REQUESTS }, signal)
    );
    void this.comments.want(reference, signal =>
      client.call('comments.list', { reference, limit: this.limit + 1 }, signal)
    );
  }

  /** Read again what `changes` may have changed. */
  follow(changes: ActivityChanges): void {
    const some = (kind: RegExp): boolean => changes === 'all' || changes.some(each => kind.test(each.action));
    if (some(/^(?:(?:request|alias)\.|version\.(?:stage|deleted|restored))/)) {
      void this.requests.reload();
    }
    if (some(/^(?:comment\.|version\.(?:deleted|restored))/)) {
      void this.comments.reload();
    }
  }

  /** Fetch what was said before. */
  readonly more = (): void => {
    this.limit += PAGE;
    void this.comments.reload();
  };

  /** Read what was said once more. */
  readonly retry = (): void => void this.comments.reload();

  stop(): void {
    this.requests.stop();
    this.comments.stop();
  }
}
