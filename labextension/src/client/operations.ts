// Made from the registry's operations by `python -m jupyter_modelreg.api.typescript`; change those, not this.
// Times are UTC epoch milliseconds, sizes are bytes.

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A number JSON has no word for travels as text. */
export type Float = number | 'NaN' | 'Infinity' | '-Infinity';

/** Some items of a list; `token` asks for those after them and is null at the end. */
export interface Page<T> {
  items: T[];
  token: string | null;
}

/** An alias that points at version `after` now, and pointed at `before`; None for at none. */
export interface AliasChange {
  model: string;
  alias: string;
  before: number | null;
  after: number;
}

/** An alias that would point at another version; `before` is where it points now, None when it is new. */
export interface AliasMove {
  alias: string;
  before: number | null;
}

/** A time during which an alias pointed at one version. */
export interface AliasSpan {
  alias: string;
  version: number;
  began_at: number;
  ended_at: number | null;
  actor: string;
  reason: string | null;
  event: number;
  gone: 'trash' | 'purged' | null;
}

/** An item that the receiver has as the sender has it by now. */
export interface Applied {
  name: string;
  before: string | null;
  after: string | null;
}

/** A file or folder that a run has logged: its path among the run's artifacts; `size` in bytes where it is known. */
export interface ArtifactInfo {
  path: string;
  is_folder: boolean;
  size: number | null;
}

/** What somebody, or a judge or a program, says of a trace: feedback on it, what was expected, or an issue. */
export interface Assessment {
  name: string;
  kind: 'feedback' | 'expectation' | 'issue';
  value: JsonValue;
  source: string | null;
  rationale: string | null;
  error: string | null;
}

/** All that was said under one name: how often, and what on average. */
export interface AssessmentSummary {
  name: string;
  kind: 'feedback' | 'expectation' | 'issue';
  count: number;
  share: Float | null;
  mean: Float | null;
}

/** The number that a version has in the registry it came from, where that was taken here. */
export interface CameFrom {
  registry: string;
  model: string;
  version: number;
}

/** The first part of a three-level name. */
export interface Catalog {
  id: number;
  name: string;
  description: string | null;
  owner: string;
  created_at: number;
  created_by: string;
  updated_at: number;
  updated_by: string;
}

/** What a change would do. */
export interface ChangePreview {
  model: string;
  creates: boolean;
  version: number;
  moves: AliasMove[];
  warnings: ChangeWarning[];
}

/** Something to know before a change, or right after it; it stops nothing. */
export interface ChangeWarning {
  kind: 'validation' | 'signature' | 'registered' | 'case' | 'workspace' | 'tag' | 'policy' | 'deprecated';
  message: string;
  hint: string | null;
}

/** One thing that versions are compared in. */
export interface ComparedValue {
  section: 'version' | 'metrics' | 'params' | 'tags' | 'signature' | 'datasets' | 'code' | 'requirements' | 'files';
  key: string;
  values: JsonValue[];
  differs: boolean;
  breaking: boolean;
  better: 'higher' | 'lower' | null;
}

/** Versions held side by side. */
export interface Comparison {
  references: string[];
  values: ComparedValue[];
  breaking: string[];
  unread: string[];
  texts: TextDifference[];
}

/** Help with a filter that is being written. */
export interface Completion {
  kind: 'model' | 'version' | null;
  fields: string[];
  problem: Problem | null;
  start: number;
  end: number;
  suggestions: Suggestion[];
}

/** What is to be noted of a sync when all has been offered. */
export interface Conclusion {
  registry: string;
  called: string;
  position: number;
  began: number;
  references: string[] | null;
  units: Record<string, number>;
  differing: Record<string, string[]>;
  counts: Record<string, number>;
}

/** `field operator value`. What has no value in the field meets `IS NULL`, and nothing else. */
export interface Condition {
  field: string;
  operator: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'NOT LIKE' | 'ILIKE' | 'NOT ILIKE' | 'CONTAINS' | 'NOT CONTAINS' | 'IN' | 'NOT IN' | 'IS NULL' | 'IS NOT NULL';
  value?: string | number | Float | boolean | (string | number | Float | boolean)[] | null;
}

/** One thing that a document has otherwise than the registry. */
export interface ConfigurationChange {
  kind: string;
  name: string;
  aspect: 'itself' | 'description' | 'owner' | 'grant' | 'members' | 'policy';
  principal: string | null;
  policy: string | null;
  before: JsonValue;
  after: JsonValue;
}

/** The version that a version is a copy of, by the id of its model, which a rename does not change. */
export interface CopyOf {
  model: number;
  version: number;
}

/** How much is in what was asked about, the trash left out. */
export interface Counts {
  catalogs: Record<string, number>;
  schemas: Record<string, number>;
  models: Record<string, number>;
  workspace: number;
  prompts: number;
}

/** Data that a model was trained or measured on, as `mlflow.log_input` has noted it. */
export interface Dataset {
  name: string;
  digest: string | null;
  source: string | null;
  source_type: string | null;
  snapshot: string | null;
  context: string | null;
  schema: Record<string, string> | null;
  rows: number | null;
  metrics: string[];
}

/** People who decide a request. */
export interface Deciders {
  count: number;
  group: string | null;
  policy: string | null;
  people: string[];
  approved: string[];
}

/** What deleting something would take away. */
export interface DeletionPreview {
  kind: 'catalog' | 'schema' | 'model' | 'version';
  name: string;
  blocked: string | null;
  versions: number;
  aliases: Record<string, number>;
  pinned: number[];
  holders: Holder[];
  managed: number;
  size: number;
  users: RecentUser[];
  next_version: number | null;
}

/** That a model, or a version, is not to be used any more. */
export interface Deprecation {
  name: string;
  reason: string;
  in_favour_of: string | null;
  by: string;
  at: number;
}

/** A privilege that holds on something, and where it comes from. */
export interface EffectivePrivilege {
  privilege: string;
  kind: string;
  name: string;
  principal: string;
  through: string[];
}

/** What a model runs in, beyond the packages in its `requirements.txt`. */
export interface Environment {
  python: string | null;
  conda: string[];
  installed: Record<string, string> | null;
}

/** What was measured of a model in one run, on one dataset: the last value of each metric. */
export interface Evaluation {
  run_id: string;
  run_name: string | null;
  evaluated_at: number;
  datasets: string[];
  digest: string | null;
  metrics: Record<string, Float>;
  tables: EvaluationTable[];
  problem: string | null;
  url: string | null;
}

/** A table that an evaluation has logged: its path among the artifacts of the run, and its page in MLflow's UI. */
export interface EvaluationTable {
  path: string;
  url: string | null;
}

/** The evaluations of a model, newest first; `left_out` is how many older ones are not among them. */
export interface Evaluations {
  evaluations: Evaluation[];
  left_out: number;
  note: string | null;
}

/** One line of the activity log, which carries all that it changes (`core.history.projection` says what). */
export interface Event {
  seq: number;
  time: number;
  actor: string;
  action: string;
  subject: string;
  subject_id: number;
  name: string;
  version: number | null;
  before: Record<string, JsonValue> | null;
  after: Record<string, JsonValue> | null;
  reason: string | null;
  on_behalf_of: string | null;
  os_user: string | null;
  undoes: number | null;
  unit: number;
  remaining: number;
  format: number;
  hash: string;
}

/** An experiment of MLflow; `created_at` in epoch milliseconds, None where MLflow did not note it. */
export interface ExperimentInfo {
  experiment_id: string;
  name: string;
  artifact_location: string;
  created_at: number | null;
  tags: Record<string, string>;
  url: string | null;
}

/** A run of an experiment with the last value of each metric, and the versions registered from it: `model/3`. */
export interface ExperimentRun {
  run: RunInfo;
  metrics: Record<string, Float>;
  versions: string[];
}

/** What is found, by its values in one field. */
export interface Facet {
  field: string;
  values: FacetValue[];
  more: boolean;
}

/** A value that something of what a filter finds has. */
export interface FacetValue {
  key: string;
  value: string;
  count: number;
  chosen: boolean;
  filter: string;
}

/** One file of a version, or one folder with nothing in it. */
export interface FileEntry {
  path: string;
  size: number;
  sha256: string;
  kind: 'file' | 'executable' | 'folder';
}

/** Something that is not as it should be. */
export interface Finding {
  kind: 'log' | 'row' | 'files' | 'stuck' | 'garbage' | 'unknown' | 'clock';
  subject: string;
  message: string;
  hint: string;
  version_id: number | null;
  repairable: boolean;
  mended: boolean;
}

/** The state of the repository that code was in. */
export interface GitState {
  commit: string;
  branch: string | null;
  remote: string | null;
  dirty: boolean | null;
}

/** What one principal has been granted on one securable. */
export interface Grant {
  kind: string;
  name: string;
  principal: string;
  privileges: string[];
}

/** A group: a principal that stands for others. */
export interface Group {
  name: string;
  members: string[];
}

/** What a version is needed for, so that it is deleted by force only. */
export interface Holder {
  kind: 'alias' | 'pin' | 'link' | 'copy' | 'request';
  version: number;
  text: string;
  frees: string;
}

/** Who is asking. */
export interface Identity {
  actor: string;
  groups: string[];
  admin: boolean;
  on_behalf_of: string | null;
}

/** What would feel a change to `target`, a version or a dataset; the versions that are in use come first. */
export interface Impact {
  target: string;
  versions: Impacted[];
  left_out: number;
}

/** A version that would feel a change. */
export interface Impacted {
  name: string;
  version: number;
  why: string;
  notebook: string | null;
  cell: string | null;
  aliases: string[];
  links: ([string, 'endpoint' | 'job' | 'report' | 'app'])[];
  users: string[];
  last_used_at: number | null;
}

/** What is purged by force only, and what holds it: a model, or a version whose model is not purged. */
export interface KeptInTrash {
  kind: 'model' | 'version';
  id: number;
  name: string;
  holders: Holder[];
}

/** What a receiver knows of a sender's registry. */
export interface Known {
  registry: string;
  since: number;
  again: string[];
  began: number;
}

/** When a version was loaded last, in epoch milliseconds, by whomever. */
export interface LastUse {
  name: string;
  version: number;
  last_used_at: number;
}

/** What is known of where a version came from. */
export interface Lineage {
  datasets: Dataset[];
  training: Training | null;
  registered: Place | null;
  copied_from: CopyOf | null;
  came_from: CameFrom | null;
  requirements: string[];
  flavors: string[];
  environment: Environment | null;
}

/** That one node comes from another: `source` was there first; `label` says how. */
export interface LineageEdge {
  source: string;
  target: string;
  label: string;
}

/** What was found around `root`, the id of a node. */
export interface LineageGraph {
  root: string;
  nodes: LineageNode[];
  edges: LineageEdge[];
  left_out: number;
  layers: number;
  height: Float;
}

/** Something in the history of a version. */
export interface LineageNode {
  id: string;
  kind: 'dataset' | 'code' | 'run' | 'version' | 'alias' | 'link' | 'user' | 'more';
  title: string;
  detail: string;
  reference: string | null;
  run_id: string | null;
  path: string | null;
  cell: string | null;
  url: string | null;
  link: 'endpoint' | 'job' | 'report' | 'app' | null;
  layer: number;
  row: Float;
}

/** A link of a version that was set or removed. */
export interface LinkChange {
  name: string;
  url: string;
  before: 'endpoint' | 'job' | 'report' | 'app' | null;
  after: 'endpoint' | 'job' | 'report' | 'app' | null;
}

/** A logged model with all that was noted of it, and in `versions` what was registered from it: `model/3`. */
export interface LoggedModelDetails {
  model: LoggedModelInfo;
  params: Record<string, string>;
  tags: Record<string, string>;
  versions: string[];
}

/** A model logged with MLflow, as something to register; `uri` is the source to register it by. */
export interface LoggedModelInfo {
  uri: string;
  name: string;
  model_id: string;
  run_id: string | null;
  run_name: string | null;
  experiment: string;
  created_at: number;
  has_signature: boolean | null;
  flavors: string[];
  metrics: Record<string, Float>;
  url: string | null;
}

/** One metric of the logged model a version was made from; `timestamp` in epoch milliseconds. */
export interface Metric {
  key: string;
  value: Float;
  timestamp: number;
  step: number;
}

/** A metric of the version that is asked for, and of the one that stands there now; None where it has none. */
export interface MetricDifference {
  key: string;
  asked: Float | null;
  present: Float | null;
}

/** A registered model. `name` is the full name; `schema_id` is None for a workspace model. */
export interface Model {
  id: number;
  name: string;
  description: string | null;
  owner: string;
  created_at: number;
  created_by: string;
  updated_at: number;
  updated_by: string;
  schema_id: number | null;
  tags: Record<string, string>;
  aliases: Record<string, number>;
  last_version: number;
  deployment_job_id: string | null;
  deprecated: Record<string, JsonValue> | null;
  deleted_at: number | null;
  browse_only: boolean;
}

/** A token that was just made. */
export interface NewToken {
  token: Token;
  secret: string;
}

/** A page of what a registry has to give. */
export interface Offer {
  registry: string;
  position: number;
  tables: Record<string, JsonValue>;
  names: Record<string, string>;
  formerly: Record<string, string[]>;
  complete: string[];
  next: string | null;
}

/** Sort by `field`; see `query.fields`. */
export interface Order {
  field: string;
  descending?: boolean;
}

/** Who owned a securable, and who does now. */
export interface OwnerChange {
  kind: string;
  name: string;
  before: string;
  after: string;
}

/** A version that was pinned or unpinned, by its reference; `before` and `after` say whether it is pinned. */
export interface PinChange {
  name: string;
  before: boolean;
  after: boolean;
}

/** Which code did something, as far as that is known. */
export interface Place {
  kind: 'notebook' | 'script' | 'shell' | null;
  path: string | null;
  template: string | null;
  cell: string | null;
  source: string | null;
  session: string | null;
  python: string | null;
  git: GitState | null;
}

/** A rule that is in force on something, and on all that is in it. */
export interface Policy {
  name: string;
  rule: string;
  parameters: Record<string, string[]>;
  mode: 'prevent' | 'warn' | 'off';
  description: string | null;
  when: 'registration' | 'alias';
  alias: string | null;
  kind: string;
  on: string;
}

/** What a policy that is to be added says of what is there already, which it leaves as it is. */
export interface PolicyCheck {
  policy: Policy;
  looked: number;
  unmet: UnmetVersion[];
  count: number;
  complete: boolean;
}

/** What a policy says of a version. */
export interface PolicyResult {
  policy: Policy;
  met: boolean | null;
  lacks: string | null;
  remedy: string | null;
}

/** What is wrong with a filter. */
export interface Problem {
  message: string;
  advice: string | null;
  at: number | null;
}

/** What a prune puts into the trash, and what it leaves. */
export interface Prune {
  models: number;
  newest: number;
  versions: PruneVerdict[];
  users: RecentUser[];
}

/** A version that is older than those that a prune keeps in any case. */
export interface PruneVerdict {
  name: string;
  version: number;
  why: 'alias' | 'pinned' | 'deployed' | 'copied' | 'requested' | 'registering' | 'used' | null;
  aliases: string[];
  last_used_at: number | null;
  size: number;
  held_by: string[];
}

/** What was removed from the trash for good: how many models and versions, and the bytes of their files. */
export interface Purged {
  models: number;
  versions: number;
  size: number;
  names: string[];
  users: RecentUser[];
  kept: KeptInTrash[];
}

/** What became of one page, for whoever brings the next one. */
export interface Received {
  report: SyncReport;
  units: [number, number][];
  differing: Record<string, string[]>;
  news: boolean;
}

/** Somebody who has loaded something lately that is about to go. */
export interface RecentUser {
  actor: string;
  last_used_at: number;
  alias: string | null;
  notebook: string | null;
}

/** Something that a version says otherwise since it was refreshed; None for what was not, or is not there. */
export interface Refreshed {
  name: string;
  what: string;
  before: string | null;
  after: string | null;
}

/** Why somebody may not do something. */
export interface Refusal {
  operations: string[];
  privilege: string;
  kind: string;
  name: string;
  message: string;
  hint: string | null;
}

/** A version that was registered or copied just now; it equals the same version as it is read later. */
export interface Registered {
  id: number;
  model_id: number;
  name: string;
  version: number;
  aliases: string[];
  tags: Record<string, string>;
  description: string | null;
  stage: string;
  source: string | null;
  location: string | null;
  run_id: string | null;
  run_link: string | null;
  logged_model_id: string | null;
  params: Record<string, string> | null;
  metrics: Metric[] | null;
  signature: Record<string, JsonValue> | null;
  managed: boolean;
  size: number | null;
  status: 'PENDING_REGISTRATION' | 'FAILED_REGISTRATION' | 'READY';
  status_message: string | null;
  pinned: boolean;
  links: Record<string, 'endpoint' | 'job' | 'report' | 'app'>;
  deprecated: Record<string, JsonValue> | null;
  created_at: number;
  created_by: string;
  updated_at: number;
  updated_by: string;
  deleted_at: number | null;
  moves: AliasMove[];
  warnings: ChangeWarning[];
}

/** Which registry answers, and on whose behalf. */
export interface RegistryIdentity {
  uri: string;
  actor: string;
  version: string | null;
  read_only: boolean;
}

/** A glance at the whole registry; counts leave out what is in the trash, and prompts are no models. */
export interface RegistryStatus {
  uri: string;
  actor: string;
  catalogs: number;
  schemas: number;
  governed_models: number;
  workspace_models: number;
  prompts: number;
  versions: number;
  events: number;
  database_bytes: number;
  file_bytes: number;
  moved_to: string | null;
}

/** What giving a model another name would do. */
export interface RenamePreview {
  name: string;
  new_name: string;
  aliases: Record<string, number>;
  holders: Holder[];
  blocked: string | null;
  hint: string | null;
}

/** A version whose number was taken where it came to. */
export interface Renumbered {
  model: string;
  number: number;
  was: number;
}

/** What there is to know before a request is decided. */
export interface Review {
  request: ToldRequest;
  present: number | null;
  compared: number | null;
  metrics: MetricDifference[];
  since: ToldEvent[];
  policies: PolicyResult[];
  signature: string[];
  deciders: Deciders[];
  allows: Record<string, string>;
  refusals: Record<string, string>;
}

/** A rule that policies can be made of. */
export interface RuleInfo {
  name: string;
  summary: string;
  parameters: string[];
  moments: string[];
}

/** A run with all it logged: what the page of a run shows. */
export interface RunDetails {
  run: RunInfo;
  params: Record<string, string>;
  metrics: Record<string, Float>;
  tags: Record<string, string>;
  artifacts: ArtifactInfo[];
  artifacts_problem: string | null;
  models: LoggedModelInfo[];
}

/** A run of MLflow: who made what when, and where. */
export interface RunInfo {
  run_id: string;
  name: string;
  experiment: string;
  experiment_id: string;
  status: string;
  user: string | null;
  start_time: number | null;
  end_time: number | null;
  notebook: string | null;
  source_name: string | null;
  git_commit: string | null;
  url: string | null;
  cell: string | null;
  experiment_url: string | null;
  commit_url: string | null;
}

/** A filter and an order, kept under a name for everybody who uses the registry. */
export interface SavedSearch {
  name: string;
  filter: string;
  order_by: string;
  kind: 'model' | 'version';
  author: string;
  saved_at: number;
}

/** The second part of a three-level name; `name` is `catalog.schema`. */
export interface Schema {
  id: number;
  name: string;
  description: string | null;
  owner: string;
  created_at: number;
  created_by: string;
  updated_at: number;
  updated_by: string;
  catalog_id: number;
}

/** One thing that did not come, or only in part: by what name the source has it, why, and what to do about it. */
export interface Skipped {
  kind: string;
  name: string;
  why: string;
  hint: string | null;
}

/** What may stand at a place of a filter, and what it is. */
export interface Suggestion {
  text: string;
  about: string;
}

/** An item that was changed on both sides, with what it is there; None where it is gone. */
export interface SyncConflict {
  name: string;
  sent: string | null;
  sent_by: string;
  sent_at: number;
  received: string | null;
  received_by: string | null;
  received_at: number | null;
  settled: 'sender' | 'receiver' | null;
}

/** What a sync brought, or with `dry_run` would bring. */
export interface SyncReport {
  sender: string;
  receiver: string;
  dry_run: boolean;
  models: Tally;
  prompts: Tally;
  versions: Tally;
  applied: Applied[];
  kept: number;
  renumbered: Renumbered[];
  conflicts: SyncConflict[];
  skipped: Skipped[];
}

/** A tag that was set or removed. */
export interface TagChange {
  name: string;
  key: string;
  before: string | null;
  after: string | null;
}

/** A tag key that models or versions have, and values it has had there, the most frequent ones first. */
export interface TagInUse {
  key: string;
  values: string[];
  governed: boolean;
}

/** What a tag may be, and who may say so: the tag is governed. */
export interface TagPolicy {
  key: string;
  values: string[];
  assigners: string[];
  description: string | null;
}

/** A tag that has a value which its policy does not allow. */
export interface TagViolation {
  name: string;
  key: string;
  value: string;
}

/** How many of one kind there were. */
export interface Tally {
  imported: number;
  there: number;
  skipped: number;
}

/** A text file that differs: the lines of a unified diff, without the two that name the files. */
export interface TextDifference {
  path: string;
  lines: string[];
  section: 'version' | 'metrics' | 'params' | 'tags' | 'signature' | 'datasets' | 'code' | 'requirements' | 'files';
}

/** A part of a sentence: words of ours, what somebody wrote, or the number of a version of the model it is about. */
export interface TextPart {
  text: string;
  kind: 'plain' | 'quoted' | 'version';
}

/** What the aliases of a model pointed at over time. */
export interface Timeline {
  model: string;
  since: number;
  until: number;
  spans: AliasSpan[];
  marks: TimelineMark[];
}

/** A moment at which something happened to a model or to one of its versions. */
export interface TimelineMark {
  what: 'created' | 'renamed' | 'registered' | 'failed' | 'deleted' | 'restored' | 'purged';
  name: string;
  version: number | null;
  time: number;
  actor: string;
  reason: string | null;
  event: number;
}

/** What a program shows in place of a password. */
export interface Token {
  id: string;
  user: string;
  label: string;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  read_only: boolean;
}

/** A comment as somebody reads it. */
export interface ToldComment {
  id: number;
  model: string;
  version: number | null;
  author: string;
  text: string;
  mentions: string[];
  created_at: number;
  updated_at: number;
  edited: boolean;
  actions: string[];
}

/** An event, and in `sentence` what it did, without who did it, to what, and why. */
export interface ToldEvent {
  seq: number;
  time: number;
  actor: string;
  action: string;
  subject: string;
  subject_id: number;
  name: string;
  version: number | null;
  before: Record<string, JsonValue> | null;
  after: Record<string, JsonValue> | null;
  reason: string | null;
  on_behalf_of: string | null;
  os_user: string | null;
  undoes: number | null;
  unit: number;
  remaining: number;
  format: number;
  hash: string;
  sentence: TextPart[];
}

/** A request as somebody reads it. */
export interface ToldRequest {
  id: number;
  kind: 'alias' | 'stage' | 'access';
  on: string;
  name: string;
  version: number | null;
  alias: string | null;
  stage: string | null;
  privileges: string[];
  wish: string;
  author: string;
  reason: string | null;
  seen: Record<string, JsonValue>;
  state: 'open' | 'approved' | 'rejected' | 'cancelled' | 'expired';
  approvals: string[];
  created_at: number;
  expires_at: number | null;
  decided_by: string | null;
  decided_at: number | null;
  decision_reason: string | null;
  stale: string[];
  possible: boolean;
  actions: ('approve' | 'reject' | 'cancel')[];
}

/** A trace of MLflow: one request that a model answered, with what was said of the answer. */
export interface TraceInfo {
  trace_id: string;
  name: string | null;
  state: string;
  started_at: number;
  duration: number | null;
  request: string | null;
  response: string | null;
  assessments: Assessment[];
  run_id: string | null;
  url: string | null;
}

/** The traces of a model, counted. */
export interface TraceSummary {
  logged_model_id: string | null;
  traces: number;
  errors: number;
  assessments: AssessmentSummary[];
  cut: boolean;
  note: string | null;
  url: string | null;
}

/** The run that made a model. */
export interface Training {
  experiment: string | null;
  experiment_id: string | null;
  run_name: string | null;
  place: Place | null;
}

/** A model with all its versions, or a version alone, that waits in the trash. */
export interface Trashed {
  kind: 'model' | 'prompt' | 'version';
  id: number;
  name: string;
  version: number | null;
  versions: number;
  size: number;
  deleted_at: number;
  deleted_by: string;
}

/** A change that was taken back. */
export interface Undone {
  events: ToldEvent[];
  unit: number;
}

/** A version that does not meet a policy. */
export interface UnmetVersion {
  reference: string;
  lacks: string;
  remedy: string;
}

/** That an actor has loaded a version from one place, on however many days. */
export interface Used {
  name: string;
  version: number;
  alias: string | null;
  actor: string;
  notebook: string | null;
  last_used_at: number;
  count: number;
}

/** Somebody whom a server lets in. */
export interface User {
  name: string;
  created_at: number;
  created_by: string;
  password_set_at: number | null;
  tokens: Token[];
}

/** What was looked at, and what was found; `versions` and `models` count the trash too, `bytes` were hashed. */
export interface Verification {
  events: number;
  models: number;
  versions: number;
  files: number;
  bytes: number;
  registering: number;
  compared: number;
  sealed: number | null;
  findings: Finding[];
}

/** One version of a model. */
export interface Version {
  id: number;
  model_id: number;
  name: string;
  version: number;
  aliases: string[];
  tags: Record<string, string>;
  description: string | null;
  stage: string;
  source: string | null;
  location: string | null;
  run_id: string | null;
  run_link: string | null;
  logged_model_id: string | null;
  params: Record<string, string> | null;
  metrics: Metric[] | null;
  signature: Record<string, JsonValue> | null;
  managed: boolean;
  size: number | null;
  status: 'PENDING_REGISTRATION' | 'FAILED_REGISTRATION' | 'READY';
  status_message: string | null;
  pinned: boolean;
  links: Record<string, 'endpoint' | 'job' | 'report' | 'app'>;
  deprecated: Record<string, JsonValue> | null;
  created_at: number;
  created_by: string;
  updated_at: number;
  updated_by: string;
  deleted_at: number | null;
}

/** A webhook as MLflow's client knows it. */
export interface Webhook {
  id: number;
  webhook_id: string;
  name: string;
  url: string;
  events: [string, string][];
  description: string | null;
  status: string;
  created_at: number;
  created_by: string;
  updated_at: number;
  updated_by: string;
  deleted_at: number | null;
}

/** Every operation that travels. A write takes a `reason`, which the activity log keeps. */
export interface Operations {
  /** Which registry this is, and who is asking; nothing is read for it. */
  'registry.identity': {
    params: Record<string, never>;
    result: RegistryIdentity;
  };
  /** Where the registry is, who is asking, and how much it holds (sizes in bytes). */
  'registry.status': {
    params: Record<string, never>;
    result: RegistryStatus;
  };
  /** On whose behalf everything is done, with the groups that they are in. */
  'registry.whoami': {
    params: Record<string, never>;
    result: Identity;
  };
  /** How many models these catalogs and schemas hold, and how many versions these models have. */
  'registry.counts': {
    params: { catalogs?: string[]; schemas?: string[]; models?: string[] };
    result: Counts;
  };
  /** The securable that `name` means: a model, else the schema or catalog of that name. */
  'registry.resolve': {
    params: { name: string; namespace?: string | null };
    result: Model | Schema | Catalog;
  };
  /** The catalog or schema called `name`; a schema of the catalog in `namespace` may go by its short name. */
  'registry.resolve_container': {
    params: { name: string; namespace?: string | null };
    result: Schema | Catalog;
  };
  /** Create a catalog. Raises InvalidInput, AlreadyExists. */
  'catalogs.create': {
    params: { name: string; description?: string | null; reason?: string | null };
    result: Catalog;
  };
  /** The catalog called `name`. Raises NotFound. */
  'catalogs.get': {
    params: { name: string };
    result: Catalog;
  };
  /** All catalogs by name, `limit` a page. */
  'catalogs.list': {
    params: { limit?: number | null; page_token?: string | null };
    result: Page<Catalog>;
  };
  /** Replace the description; None removes it. Raises NotFound. */
  'catalogs.describe': {
    params: { name: string; description: string | null; reason?: string | null };
    result: Catalog;
  };
  /** Delete an empty catalog. Raises NotFound, InvalidState while it holds schemas. */
  'catalogs.delete': {
    params: { name: string; reason?: string | null };
    result: null;
  };
  /** Create a schema, and its catalog when that is missing. Raises InvalidInput, AlreadyExists. */
  'schemas.create': {
    params: { name: string; description?: string | null; reason?: string | null };
    result: Schema;
  };
  /** The schema called `name`. Raises NotFound. */
  'schemas.get': {
    params: { name: string };
    result: Schema;
  };
  /** The schemas of `catalog`, or all, by name, `limit` a page. Raises NotFound for an unknown catalog. */
  'schemas.list': {
    params: { catalog?: string | null; limit?: number | null; page_token?: string | null };
    result: Page<Schema>;
  };
  /** Replace the description; None removes it. Raises NotFound. */
  'schemas.describe': {
    params: { name: string; description: string | null; reason?: string | null };
    result: Schema;
  };
  /** Delete an empty schema. Raises NotFound, InvalidState while it holds models. */
  'schemas.delete': {
    params: { name: string; reason?: string | null };
    result: null;
  };
  /** Create a model without versions; a governed one brings its catalog and schema along. */
  'models.create': {
    params: { name: string; description?: string | null; tags?: Record<string, string> | null; deployment_job_id?: string | null; reason?: string | null };
    result: Model;
  };
  /** The model called `name`. Raises InvalidInput, NotFound. */
  'models.get': {
    params: { name: string };
    result: Model;
  };
  /** Models by name, `limit` a page: of one schema or catalog, of the workspace only, or all. Raises NotFound. */
  'models.list': {
    params: { namespace?: string | null; workspace?: boolean; limit?: number | null; page_token?: string | null };
    result: Page<Model>;
  };
  /** How many models `list` has on all its pages. Raises NotFound. */
  'models.count': {
    params: { namespace?: string | null; workspace?: boolean };
    result: number;
  };
  /** The full name that the model `name` would be promoted to, whether or not it is there; None without one. */
  'models.promotion_target': {
    params: { name: string };
    result: string | null;
  };
  /** Models (or prompts) that meet all `conditions`, `limit` a page. */
  'models.search': {
    params: { conditions?: Condition[]; order?: Order[]; prompts?: boolean; limit?: number; page_token?: string | null };
    result: Page<Model>;
  };
  /** Models that a filter finds, as `tags.team = 'risk' and metrics.auc > 0.9`, `limit` a page. */
  'models.find': {
    params: { filter?: string; order_by?: string; limit?: number; page_token?: string | null };
    result: Page<Model>;
  };
  /** The models that a filter finds by catalog, owner, alias, flavor and tag: the most frequent, with counts. */
  'models.facets': {
    params: { filter?: string; fields?: string[]; limit?: number };
    result: Facet[];
  };
  /** Give a model another name; aliases, tags, versions and files stay with it. */
  'models.rename': {
    params: { name: string; new_name: string; force?: boolean; reason?: string | null };
    result: Model;
  };
  /** Replace the description; None removes it. Raises NotFound. */
  'models.describe': {
    params: { name: string; description: string | null; reason?: string | null };
    result: Model;
  };
  /** Remember which deployment job MLflow's client connected to the model. Raises NotFound. */
  'models.set_deployment_job': {
    params: { name: string; job_id: string | null; reason?: string | null };
    result: Model;
  };
  /** Move a model with all its versions to the trash; returns it as it was, with the aliases that go with it. */
  'models.delete': {
    params: { name: string; force?: boolean; reason?: string | null };
    result: Model;
  };
  /** Delete a model again that was created for a version that never came; whether that was done. */
  'models.withdraw': {
    params: { name: string; model_id: number; reason?: string | null };
    result: boolean;
  };
  /** Register the model at `source` as the next version of `model`; the result says what to know about that. */
  'versions.register': {
    params: { source: string; model: string; aliases?: string[]; tags?: Record<string, string> | null; description?: string | null; run_id?: string | null; run_link?: string | null; logged_model_id?: string | null; create_model?: boolean; reason?: string | null };
    result: Registered;
  };
  /** The one version `reference` names. Raises InvalidInput, NotFound, AliasNotFound. */
  'versions.get': {
    params: { reference: string };
    result: Version;
  };
  /** All versions `reference` names, as a range does, lowest first. Raises InvalidInput, NotFound. */
  'versions.resolve': {
    params: { reference: string };
    result: Version[];
  };
  /** The versions of `model`, newest first, `limit` a page. Raises NotFound. */
  'versions.list': {
    params: { model: string; limit?: number | null; page_token?: string | null };
    result: Page<Version>;
  };
  /** How many versions `model` has. Raises NotFound. */
  'versions.count': {
    params: { model: string };
    result: number;
  };
  /** Versions that meet all `conditions`, `limit` a page. */
  'versions.search': {
    params: { conditions?: Condition[]; order?: Order[]; prompts?: boolean; limit?: number; page_token?: string | null };
    result: Page<Version>;
  };
  /** Versions that a filter finds, as `alias = 'Champion' and metrics.auc > 0.9`, `limit` a page. */
  'versions.find': {
    params: { filter?: string; order_by?: string; limit?: number; page_token?: string | null };
    result: Page<Version>;
  };
  /** The versions that a filter finds by catalog, owner, alias, flavor and tag: the most frequent, with counts. */
  'versions.facets': {
    params: { filter?: string; fields?: string[]; limit?: number };
    result: Facet[];
  };
  /** The `limit` best versions of `model`, the best first. */
  'versions.best': {
    params: { model: string; by: string; among?: string; lowest?: boolean | null; limit?: number };
    result: Version[];
  };
  /** The newest version in each stage of each of these models, for who has them by name; see `latest`. */
  'versions.newest': {
    params: { models: string[] };
    result: Version[];
  };
  /** Replace the description of each version named, and return them; None removes it. */
  'versions.describe': {
    params: { reference: string; description: string | null; reason?: string | null };
    result: Version[];
  };
  /** Move a version of a workspace model to a stage (MLflow: None, Staging, Production, Archived). */
  'versions.transition': {
    params: { model: string; version: number; stage: string; archive_existing?: boolean; reason?: string | null };
    result: Version;
  };
  /** Move the versions named to the trash; returns them. Numbers are never reused. */
  'versions.delete': {
    params: { reference: string; force?: boolean; reason?: string | null };
    result: Version[];
  };
  /** The other versions of the model that were made from the same logged model, run artifact or version. */
  'versions.duplicates': {
    params: { reference: string };
    result: Version[];
  };
  /** Register a version once more, as the next version of `model`, which is created when missing. */
  'versions.copy': {
    params: { reference: string; model: string; reason?: string | null };
    result: Registered;
  };
  /** Pin the versions named: they are not pruned, and are deleted by force only. Raises InvalidInput, NotFound. */
  'versions.pin': {
    params: { reference: string; reason?: string | null };
    result: PinChange[];
  };
  /** Take away the pins of the versions named. Raises InvalidInput, NotFound. */
  'versions.unpin': {
    params: { reference: string; reason?: string | null };
    result: PinChange[];
  };
  /** Say of the versions named that they are deployed or used at `url`, and what is there; it may change. */
  'versions.link': {
    params: { reference: string; url: string; kind: 'endpoint' | 'job' | 'report' | 'app'; reason?: string | null };
    result: LinkChange[];
  };
  /** Take a link away from those of the versions named that have it. */
  'versions.unlink': {
    params: { reference: string; url: string; reason?: string | null };
    result: LinkChange[];
  };
  /** The manifest of a governed version; empty for a workspace version, whose files stay where they were. */
  'versions.files': {
    params: { reference: string };
    result: FileEntry[];
  };
  /** What a version takes and gives back, as MLflow writes it; None where there is none, or nobody can tell. */
  'versions.signature': {
    params: { reference: string };
    result: Record<string, JsonValue> | null;
  };
  /** The folder in which the registry keeps the files of a version, to be looked at; nobody may write there. */
  'versions.folder': {
    params: { reference: string };
    result: string;
  };
  /** Where the files of a version can be read from, as a URI; managed files are verified first. */
  'versions.location': {
    params: { reference: string };
    result: string;
  };
  /** A version whose files somebody is about to fetch one by one, as from a server: verified where they are kept. */
  'versions.fetched_by': {
    params: { reference: string; alias?: string | null; notebook?: string | null };
    result: Version;
  };
  /** Point `alias` of `model` at `version`; returns the version it pointed at before, or None. */
  'aliases.set': {
    params: { model: string; alias: string; version: number; reason?: string | null };
    result: number | null;
  };
  /** Remove `alias`; returns the version it pointed at, None when it was not there (no error: MLflow). */
  'aliases.remove': {
    params: { model: string; alias: string; reason?: string | null };
    result: number | null;
  };
  /** Move `alias` back: to where it pointed before it was moved, or removed. */
  'aliases.rollback': {
    params: { model: string; alias: string; version?: number | null; at?: number | null; reason?: string | null };
    result: AliasChange;
  };
  /** The version `alias` points at; `latest` is the highest one. Raises InvalidInput, NotFound, AliasNotFound. */
  'aliases.get': {
    params: { model: string; alias: string };
    result: Version;
  };
  /** Set every tag in `tags`, and return what each key held before. Raises InvalidInput, NotFound. */
  'tags.set': {
    params: { reference: string; tags: Record<string, string>; reason?: string | null };
    result: TagChange[];
  };
  /** Remove tags, and return those that were there; others are no error (MLflow). */
  'tags.remove': {
    params: { reference: string; keys: string[]; reason?: string | null };
    result: TagChange[];
  };
  /** Tag keys with values, for suggestions: those of `model` and its newest versions, then those of other models. */
  'tags.in_use': {
    params: { model?: string | null };
    result: TagInUse[];
  };
  /** Set and remove tags in one step, unless somebody else has changed them meanwhile; returns what was changed. */
  'tags.edit': {
    params: { reference: string; set?: Record<string, string> | null; remove?: string[]; expected?: Record<string, string | null> | null; reason?: string | null };
    result: TagChange[];
  };
  /** Say that a model, or versions, are not to be used any more, why, and what to use instead. */
  'deprecations.set': {
    params: { reference: string; reason: string; in_favour_of?: string | null };
    result: Deprecation[];
  };
  /** Take back that a model, or versions, are deprecated; returns what was said of those that were. */
  'deprecations.remove': {
    params: { reference: string; reason?: string | null };
    result: Deprecation[];
  };
  /** Which of these models and versions are deprecated, by reference; of a version also that its model is. */
  'deprecations.of': {
    params: { references: string[] };
    result: Record<string, Deprecation>;
  };
  /** Events with `seq` above `after`, oldest first: of one model, or of the whole registry. Raises NotFound. */
  'history.list': {
    params: { model?: string | null; after?: number; limit?: number | null };
    result: Event[];
  };
  /** Events, newest first, `limit` a page, that meet all that is said. */
  'history.recent': {
    params: { reference?: string | null; namespace?: string | null; actor?: string | null; actions?: string[]; since?: number | null; until?: number | null; limit?: number | null; page_token?: string | null };
    result: Page<Event>;
  };
  /** The events that `recent` gives, each with what it did in plain words: `@Champion 3 → 5`. */
  'history.told': {
    params: { reference?: string | null; namespace?: string | null; actor?: string | null; actions?: string[]; since?: number | null; until?: number | null; limit?: number | null; page_token?: string | null };
    result: Page<ToldEvent>;
  };
  /** Which version each alias of a model pointed at, over time, and when each version came and went. */
  'history.timeline': {
    params: { reference: string; namespace?: string | null; since?: number | null; until?: number | null };
    result: Timeline;
  };
  /** The moment that somebody means who writes `2026-03-01 14:00`, `yesterday` or `-7d`, in epoch milliseconds. */
  'history.read_time': {
    params: { text: string; end?: boolean; zone?: string | null };
    result: number;
  };
  /** Take back the actor's last change that was not undone yet, or the one that event number `event` belongs to. */
  'history.undo': {
    params: { event?: number | null; reason?: string | null };
    result: Undone;
  };
  /** Where the log stands, as one line to keep elsewhere. */
  'history.seal': {
    params: Record<string, never>;
    result: string;
  };
  /** The newest event of the whole registry that the actor may know of; None when there is none yet. */
  'history.last': {
    params: Record<string, never>;
    result: Event | null;
  };
  /** The `seq` of the first event that may not follow from the one before it; None when the chain holds. */
  'history.broken_at': {
    params: Record<string, never>;
    result: number | null;
  };
  /** In what two to five versions differ; callers of the first are those that may break. */
  'comparisons.compare': {
    params: { references: string[]; everything?: boolean };
    result: Comparison;
  };
  /** What registering `source` as the next version of `model` would do; see `versions.register`. */
  'previews.register': {
    params: { source: string; model: string; aliases?: string[]; tags?: Record<string, string> | null };
    result: ChangePreview;
  };
  /** What copying a version to `model`, and pointing `aliases` at the copy, would do; see `versions.copy`. */
  'previews.copy': {
    params: { reference: string; model: string; aliases?: string[] };
    result: ChangePreview;
  };
  /** What pointing `alias` of `model` at `version` would do; see `aliases.set`. Raises NotFound. */
  'previews.alias': {
    params: { model: string; alias: string; version: number };
    result: ChangePreview;
  };
  /** What giving the model `name` another name would do; see `models.rename`. Raises NotFound. */
  'previews.rename': {
    params: { name: string; new_name: string };
    result: RenamePreview;
  };
  /** What deleting a model, or the versions that `reference` names, would take away; see `versions.delete`. */
  'previews.delete': {
    params: { reference: string };
    result: DeletionPreview;
  };
  /** What deleting the schema (`catalog.schema`) or catalog called `name` would take away: it must be empty. */
  'previews.delete_container': {
    params: { name: string };
    result: DeletionPreview;
  };
  /** What pruning a model, or the models of a schema or catalog, would put into the trash; see `trash.prune`. */
  'previews.prune': {
    params: { name: string; keep: number; unused_for?: number | null; namespace?: string | null };
    result: Prune;
  };
  /** What purging the trash, or what is named in it, would remove for good; see `trash.purge`. */
  'previews.purge': {
    params: { references?: string[]; ids?: number[]; older_than?: number | null; force?: boolean };
    result: Purged;
  };
  /** Logged models, newest first, `limit` a page (100): of one run, or those with `text` in name, id or run name. */
  'tracking.logged_models': {
    params: { text?: string | null; run_id?: string | null; limit?: number | null; page_token?: string | null };
    result: Page<LoggedModelInfo>;
  };
  /** Runs, newest first, `limit` a page (100): all, or those with `text` in name or id; see `logged_models`. */
  'tracking.runs': {
    params: { text?: string | null; limit?: number | null; page_token?: string | null };
    result: Page<RunInfo>;
  };
  /** One run. Raises NotFound. */
  'tracking.run': {
    params: { run_id: string };
    result: RunInfo;
  };
  /** One run with what it logged: parameters, metrics, tags, artifacts, models. Raises NotFound. */
  'tracking.run_details': {
    params: { run_id: string };
    result: RunDetails;
  };
  /** One experiment. Raises NotFound. */
  'tracking.experiment': {
    params: { experiment_id: string };
    result: ExperimentInfo;
  };
  /** The runs of an experiment, newest first, `limit` a page (100), each with what was registered from it. */
  'tracking.experiment_runs': {
    params: { experiment_id: string; limit?: number | null; page_token?: string | null };
    result: Page<ExperimentRun>;
  };
  /** One logged model with parameters, metrics, tags, and what was registered from it. Raises NotFound. */
  'tracking.logged_model_details': {
    params: { model_id: string };
    result: LoggedModelDetails;
  };
  /** One logged model. Raises NotFound. */
  'tracking.logged_model': {
    params: { model_id: string };
    result: LoggedModelInfo;
  };
  /** The traces of the logged model of a version, newest first, `limit` a page (100). */
  'tracking.traces': {
    params: { reference: string; limit?: number | null; page_token?: string | null };
    result: Page<TraceInfo>;
  };
  /** How many traces there are of the logged model of a version, and what was said of them. */
  'tracking.trace_summary': {
    params: { reference: string };
    result: TraceSummary;
  };
  /** What was measured of the logged model of a version, by run and dataset, newest first, `limit` at most (100). */
  'tracking.evaluations': {
    params: { reference: string; limit?: number | null };
    result: Evaluations;
  };
  /** What is in the trash, the newest first: of the model, schema or catalog called `name`, or all. */
  'trash.list': {
    params: { name?: string | null };
    result: Trashed[];
  };
  /** How many models and versions `list` lists. */
  'trash.count': {
    params: Record<string, never>;
    result: number;
  };
  /** Take a model, or a version, out of the trash; a model may come back under another `name`. */
  'trash.restore': {
    params: { reference: string; id?: number | null; name?: string | null; reason?: string | null };
    result: Model | Version;
  };
  /** Move old versions to the trash, in one unit of work; `previews.prune` says before what would go. */
  'trash.prune': {
    params: { name: string; keep: number; unused_for?: number | null; namespace?: string | null; reason?: string | null };
    result: Prune;
  };
  /** Remove for good what is in the trash, files included; returns what went, or with `dry_run` would go. */
  'trash.purge': {
    params: { references?: string[]; ids?: number[]; older_than?: number | null; dry_run?: boolean; force?: boolean; reason?: string | null };
    result: Purged;
  };
  /** What is known of where a version comes from. Raises InvalidInput, NotFound, AliasNotFound. */
  'lineage.of': {
    params: { reference: string };
    result: Lineage;
  };
  /** What a version comes from, `up` steps far, and what comes from it, `down` steps far: `limit` nodes at most. */
  'lineage.graph': {
    params: { reference: string; up?: number; down?: number; limit?: number };
    result: LineageGraph;
  };
  /** What was made of a dataset, by its name or its digest: the versions, and what comes from these; see `graph`. */
  'lineage.dataset': {
    params: { dataset: string; down?: number; limit?: number };
    result: LineageGraph;
  };
  /** What would feel a change to a version, a model or a dataset: `limit` versions, those in use first. */
  'lineage.impact': {
    params: { target: string; limit?: number };
    result: Impact;
  };
  /** Have versions say of metrics, parameters and datasets what their runs and logged models say today. */
  'lineage.refresh': {
    params: { reference: string; reason?: string | null };
    result: Refreshed[];
  };
  /** Who loaded a version, from where, how often, and when last; the newest first. */
  'usage.list': {
    params: { reference: string; namespace?: string | null; since?: number | null; limit?: number | null };
    result: Used[];
  };
  /** Whether it is noted when this process loads a model; the user may have forbidden that. */
  'usage.noted': {
    params: Record<string, never>;
    result: boolean;
  };
  /** When each version of `models` was loaded last; what is not there, or never was loaded, is left out. */
  'usage.last': {
    params: { models: string[] };
    result: LastUse[];
  };
  /** Check the registry, others at work or not: the activity log, all rows, and all managed files. */
  'maintenance.verify': {
    params: { reference?: string | null; namespace?: string | null; rebuild?: boolean; seal?: string | null };
    result: Verification;
  };
  /** Verify, and put right what nobody can want as it is; the rest stays untouched, and is found again. */
  'maintenance.repair': {
    params: { rebuild?: boolean; reason?: string | null };
    result: Verification;
  };
  /** What this registry knows of another one, which is called so by what `Offer.registry` says. */
  'sync.known': {
    params: { sender: string; references?: string[] | null };
    result: Known;
  };
  /** A page of what this registry has for another one: models, their versions, and what was changed when. */
  'sync.offer': {
    params: { receiver: Known; references?: string[] | null; after?: string | null; events?: number | null };
    result: Offer;
  };
  /** Which of the versions offered, by their references, have to come with their files. Raises InvalidInput. */
  'sync.lacking': {
    params: { offer: Offer };
    result: string[];
  };
  /** Take a page of what another registry offers, as `pull` does; `conclude` is for when all has come. */
  'sync.receive': {
    params: { offer: Offer; sender: string; sources?: Record<string, string> | null; prefer?: 'sender' | 'receiver' | null; choices?: Record<string, 'sender' | 'receiver'> | null; dry_run?: boolean; reason?: string | null };
    result: Received;
  };
  /** Note that all that was asked for has been offered: the next sync goes by that. Raises InvalidInput. */
  'sync.conclude': {
    params: { conclusion: Conclusion; reason?: string | null };
    result: null;
  };
  /** Allow principals something on a securable, and so on everything in it; returns what each has there now. */
  'grants.grant': {
    params: { privileges: string[]; on: string; to: string[]; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null; new?: boolean; reason?: string | null };
    result: Grant[];
  };
  /** Take back what principals were granted on a securable; returns what each has left there. */
  'grants.revoke': {
    params: { privileges: string[]; on: string; to: string[]; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null; force?: boolean; reason?: string | null };
    result: Grant[];
  };
  /** Make a user or group the owner of a securable; returns who was, and who is. */
  'grants.transfer': {
    params: { on: string; to: string; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null; new?: boolean; reason?: string | null };
    result: OwnerChange;
  };
  /** What is granted on one securable, or on all that there are; with `to` only to that principal. */
  'grants.list': {
    params: { on?: string | null; to?: string | null; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null };
    result: Grant[];
  };
  /** What the actor, or another principal, may do to a securable, and where each privilege comes from. */
  'grants.effective': {
    params: { on: string; of?: string | null; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null };
    result: EffectivePrivilege[];
  };
  /** Who owns a securable, of the registry whoever has made it unless it was given away. */
  'grants.owner': {
    params: { on: string; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null };
    result: string;
  };
  /** What the actor may not do to a securable, of all that can be done to it, and why; nothing where they may. */
  'grants.refusals': {
    params: { on: string; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null };
    result: Refusal[];
  };
  /** Make a group. `new` allows a member that nobody has heard of, though its name is close to a known one. */
  'groups.create': {
    params: { name: string; members?: string[]; new?: boolean; reason?: string | null };
    result: Group;
  };
  /** Add users, or groups, to a group; who is in it already stays. `new` as for `create`. */
  'groups.add': {
    params: { name: string; members: string[]; new?: boolean; reason?: string | null };
    result: Group;
  };
  /** Take members out of a group; one that is not in it is no error. */
  'groups.remove': {
    params: { name: string; members: string[]; reason?: string | null };
    result: Group;
  };
  /** Remove a group; returns it as it was. What it was granted stays with its name, and is nobody's. */
  'groups.delete': {
    params: { name: string; reason?: string | null };
    result: Group;
  };
  /** The group called `name`. Raises NotFound. */
  'groups.get': {
    params: { name: string };
    result: Group;
  };
  /** All groups, by name. */
  'groups.list': {
    params: Record<string, never>;
    result: Group[];
  };
  /** Let somebody in, by a password, or by tokens alone. */
  'users.create': {
    params: { name: string; password?: string | null; new?: boolean; reason?: string | null };
    result: User;
  };
  /** Give a user another password, or a first one; what they are signed in with otherwise, goes on. */
  'users.set_password': {
    params: { name: string; password: string; reason?: string | null };
    result: User;
  };
  /** Let somebody in no longer: password and tokens are gone at once; returns who it was. */
  'users.delete': {
    params: { name: string; reason?: string | null };
    result: User;
  };
  /** The user of that name. Raises NotFound, PermissionDenied (of others, without managing the registry). */
  'users.get': {
    params: { name: string };
    result: User;
  };
  /** All users, by name. Raises PermissionDenied. */
  'users.list': {
    params: Record<string, never>;
    result: User[];
  };
  /** Make a token, which is told this once. */
  'tokens.create': {
    params: { label?: string; user?: string | null; expires?: string | null; read_only?: boolean; reason?: string | null };
    result: NewToken;
  };
  /** Have a token be worth nothing from now on; returns which it was. Raises NotFound, PermissionDenied. */
  'tokens.revoke': {
    params: { token_id: string; reason?: string | null };
    result: Token;
  };
  /** The actor's tokens, the newest first; those of another user, or of all, for who manages the registry. */
  'tokens.list': {
    params: { user?: string | null; everybody?: boolean };
    result: Token[];
  };
  /** Say something about a model, or about the one version that `reference` names. */
  'comments.add': {
    params: { reference: string; text: string; reason?: string | null };
    result: ToldComment;
  };
  /** Say it otherwise; only the author may. Raises InvalidInput, NotFound, PermissionDenied. */
  'comments.edit': {
    params: { id: number; text: string; reason?: string | null };
    result: ToldComment;
  };
  /** Delete a comment; its author may, and whoever manages the model. Returns it as it was. */
  'comments.delete': {
    params: { id: number; reason?: string | null };
    result: ToldComment;
  };
  /** One comment. Raises NotFound. */
  'comments.get': {
    params: { id: number };
    result: ToldComment;
  };
  /** What was said about a model and its versions, about one version, or about everything; the newest last. */
  'comments.list': {
    params: { reference?: string | null; mentioning?: string | null; to_me?: boolean; limit?: number | null };
    result: ToldComment[];
  };
  /** Put a policy on a securable. */
  'policies.add': {
    params: { name: string; rule: string; on: string; parameters?: Record<string, string[]> | null; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null; alias?: string | null; when?: 'registration' | 'alias' | null; mode?: 'prevent' | 'warn' | 'off'; description?: string | null; replacing?: boolean; new?: boolean; reason?: string | null };
    result: Policy;
  };
  /** What adding a policy would mean, without adding it: which versions that are there do not meet it. */
  'policies.check': {
    params: { name: string; rule: string; on: string; parameters?: Record<string, string[]> | null; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null; alias?: string | null; when?: 'registration' | 'alias' | null; mode?: 'prevent' | 'warn' | 'off'; description?: string | null; replacing?: boolean; new?: boolean };
    result: PolicyCheck;
  };
  /** Take a policy off a securable; returns it as it was. Raises InvalidInput, NotFound, PermissionDenied. */
  'policies.remove': {
    params: { name: string; on: string; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null; reason?: string | null };
    result: Policy;
  };
  /** The policy of that name on a securable itself. Raises InvalidInput, NotFound. */
  'policies.get': {
    params: { name: string; on: string; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null };
    result: Policy;
  };
  /** The policies on one securable itself, or on all; `inherited` tells of one those in force there, by name. */
  'policies.list': {
    params: { on?: string | null; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null; inherited?: boolean };
    result: Policy[];
  };
  /** The rules that policies can be made of, those of installed packages first. */
  'policies.rules': {
    params: Record<string, never>;
    result: RuleInfo[];
  };
  /** What every policy in force says of a version; of a model, of its newest one. */
  'policies.test': {
    params: { reference: string; alias?: string | null };
    result: PolicyResult[];
  };
  /** Govern the tag `key`. */
  'tag_policies.create': {
    params: { key: string; values?: string[]; assigners?: string[]; description?: string | null; new?: boolean; reason?: string | null };
    result: TagPolicy;
  };
  /** Change what the policy of a tag says; what is None stays, and what is empty is said no longer. */
  'tag_policies.change': {
    params: { key: string; values?: string[] | null; assigners?: string[] | null; description?: string | null; new?: boolean; reason?: string | null };
    result: TagPolicy;
  };
  /** Govern the tag no longer; returns the policy as it was. Raises NotFound, PermissionDenied. */
  'tag_policies.delete': {
    params: { key: string; reason?: string | null };
    result: TagPolicy;
  };
  /** The policy of the tag `key`. Raises NotFound. */
  'tag_policies.get': {
    params: { key: string };
    result: TagPolicy;
  };
  /** All tag policies, by key. */
  'tag_policies.list': {
    params: Record<string, never>;
    result: TagPolicy[];
  };
  /** Tags with values that their policies do not allow: those of models, then those of versions, by key. */
  'tag_policies.violations': {
    params: { key?: string | null };
    result: TagViolation[];
  };
  /** Keep a filter under a name. */
  'searches.save': {
    params: { name: string; filter: string; order_by?: string; kind?: 'model' | 'version' | null; replace?: boolean; reason?: string | null };
    result: SavedSearch;
  };
  /** What may come next in a filter that is being written, and what is wrong with it as it is. */
  'searches.complete': {
    params: { filter: string; at?: number | null };
    result: Completion;
  };
  /** The search that is saved as `name`. Raises NotFound. */
  'searches.get': {
    params: { name: string };
    result: SavedSearch;
  };
  /** All saved searches, by name. */
  'searches.list': {
    params: Record<string, never>;
    result: SavedSearch[];
  };
  /** Keep a search no longer; returns what it was. Raises NotFound, PermissionDenied. */
  'searches.delete': {
    params: { name: string; reason?: string | null };
    result: SavedSearch;
  };
  /** The document that says how everything is. Raises PermissionDenied. */
  'configuration.export': {
    params: Record<string, never>;
    result: Record<string, JsonValue>;
  };
  /** Make everything be as a document says, all of it or nothing; returns what was otherwise. */
  'configuration.apply': {
    params: { document: Record<string, JsonValue>; prune?: boolean; dry_run?: boolean; force?: boolean; new?: boolean; reason?: string | null };
    result: ConfigurationChange[];
  };
  /** Ask for an alias to be set on the one version that `reference` names, or moved there. */
  'requests.alias': {
    params: { reference: string; alias: string; expires_in?: number | null; reason?: string | null };
    result: ToldRequest;
  };
  /** Ask for a version of a workspace model to be moved to a stage; arguments as for `alias`. */
  'requests.stage': {
    params: { reference: string; stage: string; expires_in?: number | null; reason?: string | null };
    result: ToldRequest;
  };
  /** Ask for privileges on something that the actor may know of, which BROWSE is enough for. */
  'requests.access': {
    params: { privileges: string[]; on: string; kind?: 'registry' | 'catalog' | 'schema' | 'model' | null; expires_in?: number | null; reason?: string | null };
    result: ToldRequest;
  };
  /** Approve a request, and so carry out what it asks for, in one step: `undo` takes back both. */
  'requests.approve': {
    params: { id: number; anyway?: boolean; reason?: string | null };
    result: ToldRequest;
  };
  /** Reject a request; the reason is for its author, and has to be given. */
  'requests.reject': {
    params: { id: number; reason?: string | null };
    result: ToldRequest;
  };
  /** Take back what one has asked for. Raises NotFound, PermissionDenied, InvalidState. */
  'requests.cancel': {
    params: { id: number; reason?: string | null };
    result: ToldRequest;
  };
  /** One request. Raises NotFound. */
  'requests.get': {
    params: { id: number };
    result: ToldRequest;
  };
  /** Requests, the newest first. */
  'requests.list': {
    params: { reference?: string | null; scope?: 'all' | 'mine' | 'to_me'; state?: 'open' | 'approved' | 'rejected' | 'cancelled' | 'expired' | 'closed' | null; limit?: number | null };
    result: ToldRequest[];
  };
  /** How many open requests wait for the actor to decide; one statement where none is open. */
  'requests.count': {
    params: Record<string, never>;
    result: number;
  };
  /** A request with what there is to know before it is decided. Raises NotFound. */
  'requests.review': {
    params: { id: number };
    result: Review;
  };
  /** The webhook with that public id. Raises NotFound, PermissionDenied. */
  'webhooks.get': {
    params: { webhook_id: string };
    result: Webhook;
  };
  /** Webhooks, newest first, `limit` a page; only those for `event` when given. Raises PermissionDenied. */
  'webhooks.list': {
    params: { event?: [string, string] | null; limit?: number; page_token?: string | null };
    result: Page<Webhook>;
  };
  /** Stop and hide a webhook. Raises NotFound. */
  'webhooks.delete': {
    params: { webhook_id: string; reason?: string | null };
    result: null;
  };
}

/** The operations that change something. */
export const WRITES: ReadonlySet<keyof Operations> = new Set<keyof Operations>([
  'catalogs.create',
  'catalogs.describe',
  'catalogs.delete',
  'schemas.create',
  'schemas.describe',
  'schemas.delete',
  'models.create',
  'models.rename',
  'models.describe',
  'models.set_deployment_job',
  'models.delete',
  'models.withdraw',
  'versions.register',
  'versions.describe',
  'versions.transition',
  'versions.delete',
  'versions.copy',
  'versions.pin',
  'versions.unpin',
  'versions.link',
  'versions.unlink',
  'aliases.set',
  'aliases.remove',
  'aliases.rollback',
  'tags.set',
  'tags.remove',
  'tags.edit',
  'deprecations.set',
  'deprecations.remove',
  'history.undo',
  'trash.restore',
  'trash.prune',
  'trash.purge',
  'lineage.refresh',
  'maintenance.repair',
  'sync.receive',
  'sync.conclude',
  'grants.grant',
  'grants.revoke',
  'grants.transfer',
  'groups.create',
  'groups.add',
  'groups.remove',
  'groups.delete',
  'users.create',
  'users.set_password',
  'users.delete',
  'tokens.create',
  'tokens.revoke',
  'comments.add',
  'comments.edit',
  'comments.delete',
  'policies.add',
  'policies.remove',
  'tag_policies.create',
  'tag_policies.change',
  'tag_policies.delete',
  'searches.save',
  'searches.delete',
  'configuration.apply',
  'requests.alias',
  'requests.stage',
  'requests.access',
  'requests.approve',
  'requests.reject',
  'requests.cancel',
  'webhooks.delete'
]);
