/** What the value of a tag says by itself. */
export type Tone = 'good' | 'bad';

/** Words people and pipelines write when something went well, and when it did not. */
const GOOD: readonly string[] = ['approved', 'passed', 'pass', 'success', 'succeeded'];
const BAD: readonly string[] = ['rejected', 'failed', 'fail', 'failure', 'error'];

/** Whether `value` is a verdict, and which; null for every other value. */
export function toneOf(value: string): Tone | null {
  const word = value.trim().toLowerCase();
  return GOOD.includes(word) ? 'good' : BAD.includes(word) ? 'bad' : null;
}

/** The tags of something by key. */
export function sortedTags(tags: Readonly<Record<string, string>>): [key: string, value: string][] {
  return Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What MLflow marks models and versions with that are a prompt. */
const PROMPT_TAG = 'mlflow.prompt.is_prompt';

/** Whether a model or version is one of MLflow's prompts, which are kept as models are and loaded in another way. */
export function isPrompt({ tags }: { readonly tags: Readonly<Record<string, string>> }): boolean {
  return tags[PROMPT_TAG] === 'true';
}
