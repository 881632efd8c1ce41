import type { JsonValue, Version } from '../client/client';

/** One column or tensor that a model takes or gives back. */
export interface Field {
  /** null for one without a name, as the only output often is. */
  readonly name: string | null;
  /** In words: `long`, `array<string>`, `tensor float32 (-1, 28, 28)`. */
  readonly type: string;
  readonly required: boolean;
}

/** One parameter that may be given at prediction. */
export interface Param {
  readonly name: string;
  readonly type: string;
  /** What it is unless it is given, as JSON. */
  readonly default: string;
}

export interface Signature {
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
  readonly params: readonly Param[];
}

/** The signature of a version as MLflow writes it, read for people; null when there is none. */
export function readSignature(signature: Version['signature']): Signature | null {
  if (signature === null) {
    return null;
  }
  return {
    inputs: records(signature['inputs']).map(field),
    outputs: records(signature['outputs']).map(field),
    params: records(signature['params']).map(param)
  };
}

type Spec = Record<string, JsonValue>;

function field(spec: Spec): Field {
  return { name: name(spec), type: typeOf(spec), required: isRequired(spec) };
}

function param(spec: Spec): Param {
  // A shape says that it is a list of that type; MLflow knows lists of one dimension only.
  const list = Array.isArray(spec['shape']) ? `array<${typeOf(spec)}>` : typeOf(spec);
  return { name: name(spec) ?? '', type: list, default: JSON.stringify(spec['default'] ?? null) };
}

function name(spec: Spec): string | null {
  return spec['name'] === undefined || spec['name'] === null ? null : plain(spec['name']);
}

/** MLflow before 2.6 wrote `optional` where it writes `required` now; what says neither is required. */
function isRequired(spec: Spec): boolean {
  return spec['required'] === undefined ? spec['optional'] !== true : spec['required'] !== false;
}

function typeOf(spec: JsonValue | undefined): string {
  if (!isSpec(spec)) {
    return plain(spec ?? null);
  }
  switch (spec['type']) {
    case 'tensor':
      return tensor(spec['tensor-spec']);
    case 'array':
      return `array<${typeOf(spec['items'])}>`;
    case 'map':
      return `map<string, ${typeOf(spec['values'])}>`;
    case 'object':
      return object(spec['properties']);
    default:
      return plain(spec['type'] ?? spec);
  }
}

function tensor(spec: JsonValue | undefined): string {
  if (!isSpec(spec)) {
    return 'tensor';
  }
  const shape = Array.isArray(spec['shape']) ? ` (${spec['shape'].map(plain).join(', ')})` : '';
  return `tensor ${plain(spec['dtype'] ?? null)}${shape}`;
}

function object(properties: JsonValue | undefined): string {
  const entries = Object.entries(isSpec(properties) ? properties : {}).map(([key, value]) => {
    const optional = isSpec(value) && !isRequired(value) ? '?' : '';
    return `${key}${optional}: ${typeOf(value)}`;
  });
  return `object {${entries.join(', ')}}`;
}

function records(value: JsonValue | undefined): Spec[] {
  return Array.isArray(value) ? value.filter(isSpec) : [];
}

function isSpec(value: JsonValue | undefined): value is Spec {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plain(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
