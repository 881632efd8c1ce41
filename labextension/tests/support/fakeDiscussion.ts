import {
  type Params,
  type Policy,
  type PolicyCheck,
  type PolicyResult,
  RegistryError,
  type Result,
  type Review,
  type RuleInfo,
  type ToldComment,
  type ToldRequest
} from '../../src/client/client';
import type { FakeAccess } from './fakeAccess';
import { type FakeStore, type Handlers, versionOf } from './fakeWrites';

const THEN = Date.UTC(2026, 0, 2);

const RULES: RuleInfo[] = [
  {
    name: 'required-tags',
    summary: 'The version has these tags.',
    parameters: ['tags'],
    moments: ['registration', 'alias']
  },
  { name: 'approvals', summary: 'So many have approved it.', parameters: ['count', 'group'], moments: ['alias'] },
  {
    name: 'filter',
    summary: 'The expression is true.',
    parameters: ['expression'],
    moments: ['registration', 'alias']
  },
  {
    name: 'file-formats',
    summary: 'No file is of a forbidden pattern.',
    parameters: ['forbidden', 'allowed'],
    moments: ['registration', 'alias']
  }
];

/** A policy as it was asked for. */
function policyOf(params: Omit<Params<'policies.add'>, 'reason'>): Policy {
  const { name, rule, on, parameters, kind, alias, when, mode, description } = params;
  return {
    ...{ name, rule, on, kind: kind ?? 'model', parameters: parameters ?? {}, mode: mode ?? 'prevent' },
    ...{ description: description ?? null, when: when ?? 'registration', alias: alias ?? null }
  };
}

/** What people ask each other for in the fake registry; who looks is ana. */
export class FakeDiscussion {
  /** The newest first. */
  readonly requests: ToldRequest[] = [];
  /** What is known of requests beside themselves, by number. */
  readonly reviews = new Map<number, Partial<Review>>();

  /** The oldest first. */
  comments: ToldComment[] = [];
  /** What policies say of any version, by the alias. */
  readonly results = new Map<string, PolicyResult[]>();
  /** What a policy that is yet to be added says of what is there. */
  check: Omit<PolicyCheck, 'policy'> = { looked: 0, unmet: [], count: 0, complete: true };

  constructor(
    private readonly store: FakeStore,
    private readonly access: FakeAccess
  ) {}

  /** Somebody asks for @Champion of `name` to move from version 1 to 2, unless `facts` say otherwise. */
  ask(name: string, facts: Partial<ToldRequest> = {}): ToldRequest {
    const made: ToldRequest = {
      id: 101 + this.requests.length,
      kind: 'alias',
      on: 'model',
      name,
      version: 2,
      alias: 'Champion',
      stage: null,
      privileges: [],
      wish: '',
      author: 'ben',
      reason: null,
      seen: { version: 1 },
      state: 'open',
      approvals: [],
      created_at: THEN,
      expires_at: null,
      decided_by: null,
      decided_at: null,
      decision_reason: null,
      stale: [],
      possible: true,
      actions: ['approve', 'reject'],
      ...facts
    };
    this.requests.unshift(made);
    this.store.log('request.created', 'model', name, { version: made.version, actor: made.author });
    return made;
  }

  /** Somebody says something about `reference`. */
  say(reference: string, text: string, facts: Partial<ToldComment> = {}): ToldComment {
    const [model = '', version] = reference.replace(/^models:\//, '').split('/');
    const made: ToldComment = {
      id: 201 + this.comments.length,
      model,
      version: version === undefined ? null : Number(version),
      author: 'ben',
      text,
      mentions: [],
      created_at: THEN,
      updated_at: THEN,
      edited: false,
      actions: [],
      ...facts
    };
    this.comments.push(made);
    this.store.log('comment.created', 'model', model, { version: made.version, actor: made.author });
    return made;
  }

  readonly handlers: Handlers = {
    'policies.rules': () => RULES,
    'policies.test': ({ alias }) => this.results.get(alias ?? '') ?? [],
    'policies.check': params => {
      if (params.name === 'bad') {
        throw new RegistryError(
          'INVALID_INPUT',
          'policy bad can never be met: nobody is in it',
          'change one of the two'
        );
      }
      return { policy: policyOf(params), ...this.check };
    },
    'policies.add': params => {
      const made = policyOf(params);
      this.access.policies = [...this.access.policies.filter(each => each.name !== made.name), made];
      this.store.log('policy.changed', made.kind, made.on);
      return made;
    },
    'policies.remove': ({ name }) => {
      const gone = this.access.policies.find(each => each.name === name)!;
      this.access.policies = this.access.policies.filter(each => each !== gone);
      this.store.log('policy.changed', gone.kind, gone.on);
      return gone;
    },
    'comments.list': ({ reference, to_me, limit }) => {
      const [model, version] = (reference?.replace(/^models:\//, '') ?? '').split('/');
      const found = this.comments.filter(
        each =>
          (!model || each.model === model) &&
          (version === undefined || each.version === Number(version)) &&
          (!to_me || each.mentions.includes('ana'))
      );
      return found.slice(-(limit ?? found.length));
    },
    'comments.add': ({ reference, text }) => {
      if (text.length > 65_535) {
        throw new RegistryError('INVALID_INPUT', 'the comment is too long', 'say it in fewer words');
      }
      return this.say(reference, text, { author: 'ana', actions: ['edit', 'delete'] });
    },
    'comments.edit': ({ id, text }) => {
      const before = this.comments.find(each => each.id === id)!;
      const after = { ...before, text, edited: true };
      this.comments = this.comments.map(each => (each === before ? after : each));
      this.store.log('comment.edited', 'model', before.model, { version: before.version });
      return after;
    },
    'comments.delete': ({ id }) => {
      const before = this.comments.find(each => each.id === id)!;
      this.comments = this.comments.filter(each => each !== before);
      this.store.log('comment.deleted', 'model', before.model, { version: before.version });
      return before;
    },
    'requests.count': () => this.requests.filter(each => each.actions.includes('reject')).length,
    'requests.list': params => this.listed(params),
    'requests.get': ({ id }) => this.found(id),
    'requests.review': ({ id }) => ({
      request: this.found(id),
      present: 1,
      compared: 1,
      metrics: [],
      since: [],
      policies: [],
      signature: [],
      deciders: [],
      allows: {},
      refusals: {},
      ...this.reviews.get(id)
    }),
    'requests.alias': ({ reference, alias, expires_in, reason }) =>
      this.wished(reference, { alias }, expires_in, reason),
    'requests.stage': ({ reference, stage, expires_in, reason }) =>
      this.wished(reference, { kind: 'stage', alias: null, stage }, expires_in, reason),
    'requests.access': ({ privileges, on, kind, expires_in, reason }) =>
      this.ask(on, {
        ...this.own(expires_in, reason),
        ...{ kind: 'access', on: kind ?? 'model', privileges, version: null, alias: null }
      }),
    'requests.approve': ({ id, reason }) => this.decided(id, 'approved', reason),
    'requests.reject': ({ id, reason }) => this.decided(id, 'rejected', reason),
    'requests.cancel': ({ id, reason }) => this.decided(id, 'cancelled', reason)
  };

  private wished(
    reference: string,
    facts: Partial<ToldRequest>,
    expires_in: number | null = null,
    reason: string | null = null
  ): ToldRequest {
    const { name, version } = versionOf(this.store, reference);
    return this.ask(name, { ...this.own(expires_in, reason), version, ...facts });
  }

  /** What is so of what ana asks for. */
  private own(expires_in: number | null = null, reason: string | null = null): Partial<ToldRequest> {
    const expires_at = expires_in === null ? null : THEN + expires_in;
    return { author: 'ana', actions: ['cancel'], reason, expires_at };
  }

  private listed({ reference, scope, state = 'open', limit }: Params<'requests.list'>): ToldRequest[] {
    const wanted = reference?.replace(/^models:\//, '');
    return this.requests
      .filter(
        each =>
          (wanted === undefined || [each.name, `${each.name}/${each.version}`].includes(wanted)) &&
          (state === null || (state === 'closed' ? each.state !== 'open' : each.state === state)) &&
          (scope !== 'mine' || each.author === 'ana') &&
          (scope !== 'to_me' || each.actions.includes('reject'))
      )
      .slice(0, limit ?? undefined);
  }

  private found(id: number): ToldRequest {
    const found = this.requests.find(each => each.id === id);
    if (!found) {
      throw new RegistryError('NOT_FOUND', `no request ${id}`, 'requests --state all lists them, with their numbers');
    }
    return found;
  }

  private decided(id: number, state: ToldRequest['state'], reason?: string | null): Result<'requests.approve'> {
    const before = this.found(id);
    const after: ToldRequest = {
      ...before,
      state,
      actions: [],
      decided_by: 'ana',
      decided_at: THEN,
      decision_reason: reason ?? null
    };
    this.requests.splice(this.requests.indexOf(before), 1, after);
    this.store.log(`request.${state}`, 'model', before.name, { version: before.version });
    return after;
  }
}
