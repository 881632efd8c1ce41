import * as React from 'react';

import type { Client, ToldComment, ToldRequest } from '../../client/client';
import { Icon } from '../../components/Icon';
import { Tabs } from '../../components/Tabs';
import { countText } from '../../registry/format';
import { subjectText, waitingText, wishText } from '../../registry/governance/requests';
import { useLiveQuery } from '../../state/query';
import { CommentItem } from '../comments/CommentItem';
import { PlainFrame } from '../PlainFrame';
import { Filter } from '../Table';
import { useTab } from '../usePage';
import { RequestRow } from './RequestRow';

/** How many are fetched at first, and how many more each time somebody asks. */
const PAGE = 50;
/** With more than so many there is a filter. */
const FEW = 12;

const TABS = ['waiting', 'mine', 'closed', 'mentions'] as const;
type TabName = (typeof TABS)[number];
const STATES = ['closed', 'approved', 'rejected', 'cancelled', 'expired'] as const;
type Closed = (typeof STATES)[number];

/** What somebody looks at. */
interface Wanted {
  readonly tab: TabName;
  readonly state: Closed;
  readonly limit: number;
}

/** What was found. */
interface Found {
  /** What it was looked for, to tell it from what is looked for now. */
  readonly of: Wanted;
  readonly requests: readonly ToldRequest[];
  /** What speaks to whoever is looking, the newest first. */
  readonly comments: readonly ToldComment[];
  readonly more: boolean;
  /** How many wait for whoever is looking. */
  readonly waiting: number;
}

/** What waits for somebody to decide, what they have asked for, and what was decided. */
export function InboxView(): React.JSX.Element {
  const [tab, open] = useTab<TabName>({ kind: 'requests' }, TABS);
  const [state, setState] = React.useState<Closed>('closed');
  const [limit, setLimit] = React.useState(PAGE);
  const wanted: Wanted = { tab, state, limit };
  const { value, error, retry } = useLiveQuery(client => look(client, wanted));
  const asked = React.useRef({ tab, state, limit });
  React.useEffect(() => {
    const before = asked.current;
    if (before.tab !== tab || before.state !== state || before.limit !== limit) {
      asked.current = { tab, state, limit };
      retry();
    }
  });
  const shown = value !== null && value.of.tab === tab && value.of.state === state ? value : null;
  return (
    <PlainFrame
      page={{ kind: 'requests' }}
      icon="requests"
      loaded={value !== null}
      error={error}
      onRetry={retry}
      about={
        value && (
          <p className="mreg-quiet" role="status">
            {value.waiting === 0 ? 'Nothing waits for you' : waitingText(value.waiting)}
          </p>
        )
      }
    >
      <Tabs
        label="Requests"
        tabs={[
          {
            id: 'waiting',
            label: 'To decide',
            count: value && value.waiting > 0 ? countText(value.waiting) : undefined
          },
          { id: 'mine', label: 'Mine' },
          { id: 'closed', label: 'Decided' },
          { id: 'mentions', label: 'Mentions' }
        ]}
        open={tab}
        onOpen={next => {
          setLimit(PAGE);
          open(next);
        }}
      >
        <div className="mreg-page-body">
          {tab === 'closed' && <StateField state={state} onChange={setState} />}
          {shown && <Listed found={shown} onMore={() => setLimit(limit + PAGE)} />}
        </div>
      </Tabs>
    </PlainFrame>
  );
}

async function look(client: Client, wanted: Wanted): Promise<Found> {
  const { tab, state, limit } = wanted;
  if (tab === 'mentions') {
    const [waiting, comments] = await Promise.all([
      client.call('requests.count', {}),
      client.call('comments.list', { to_me: true, limit: limit + 1 })
    ]);
    const more = comments.length > limit;
    return { of: wanted, waiting, requests: [], comments: comments.slice(-limit).reverse(), more };
  }
  const narrow = {
    waiting: { scope: 'to_me', state: 'open' },
    mine: { scope: 'mine', state: null },
    closed: { scope: 'all', state }
  } as const;
  const [waiting, requests] = await Promise.all([
    client.call('requests.count', {}),
    client.call('requests.list', { ...narrow[tab], limit: limit + 1 })
  ]);
  const more = requests.length > limit;
  return { of: wanted, waiting, requests: requests.slice(0, limit), comments: [], more };
}

function StateField({ state, onChange }: { state: Closed; onChange: (state: Closed) => void }): React.JSX.Element {
  return (
    <label className="mreg-inbox-state">
      <span className="mreg-quiet">Show</span>
      <select
        className="mreg-select"
        value={state}
        onChange={event => onChange(STATES.find(each => each === event.target.value) ?? 'closed')}
      >
        {STATES.map(each => (
          <option key={each} value={each}>
            {each === 'closed' ? 'all' : each}
          </option>
        ))}
      </select>
    </label>
  );
}

function Listed({ found, onMore }: { found: Found; onMore: () => void }): React.JSX.Element {
  const [filter, setFilter] = React.useState('');
  const { requests, comments, more, of } = found;
  if (requests.length + comments.length === 0) {
    return <Nothing wanted={of} />;
  }
  const text = filter.trim().toLowerCase();
  const fitting = requests.filter(each => textOf(each).includes(text));
  return (
    <>
      {requests.length > FEW && <Filter title="Requests" text={filter} onChange={setFilter} />}
      {comments.length > 0 && (
        <ol className="mreg-thread" aria-label="Mentions">
          {comments.map(each => (
            <CommentItem key={each.id} comment={each} about={null} />
          ))}
        </ol>
      )}
      {fitting.length === 0 && comments.length === 0 ? (
        <p className="mreg-quiet">None of these contains that</p>
      ) : (
        fitting.length > 0 && (
          <ul className="mreg-requests" aria-label="Requests">
            {fitting.map(each => (
              <RequestRow key={each.id} request={each} own={of.tab === 'mine'} allOpen={of.tab === 'waiting'} />
            ))}
          </ul>
        )
      )}
      {more && (
        <button type="button" className="mreg-link" onClick={onMore}>
          Show more
        </button>
      )}
    </>
  );
}

function textOf(request: ToldRequest): string {
  const { author, reason, decided_by } = request;
  return [wishText(request), subjectText(request), author, reason ?? '', decided_by ?? ''].join(' ').toLowerCase();
}

const NOTHING: Readonly<Record<TabName, readonly [title: string, more: string]>> = {
  waiting: ['Nothing waits for you', 'What others ask for, and you may decide, comes here.'],
  mine: [
    'You have asked for nothing',
    'Ask for an alias or a stage in the menu of a version, and for access on a page.'
  ],
  closed: ['Nothing was decided yet', 'What is approved, rejected or cancelled, or expires, stays here.'],
  mentions: ['Nobody speaks to you', 'Comments that name you, or a group that you are in, come here.']
};

function Nothing({ wanted }: { wanted: Wanted }): React.JSX.Element {
  const [title, more] = NOTHING[wanted.tab];
  const narrowed = wanted.tab === 'closed' && wanted.state !== 'closed';
  return (
    <div className="mreg-message">
      <Icon name="requests" className="mreg-mod-large" />
      <p>{narrowed ? `No request was ${wanted.state}`.replace('was expired', 'has expired') : title}</p>
      {!narrowed && <p className="mreg-quiet">{more}</p>}
    </div>
  );
}
