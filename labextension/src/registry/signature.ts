import type { JsonValue, Version } from '../client/client';
import { isRequired, isSpec, plain, type Spec, typeText } from './format';

/** One column or tensor that a model takes or gives back. */
export interface Field {
  /** null for one without a name, as the only output often is. */
  readonly name: string | null;
  /** In words: `long`, `array<string>`, `float32[-1, 28, 28]`. */
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

function field(spec: Spec): Field {
  return { name: name(spec), type: typeText(spec), required: isRequired(spec) };
}

function param(spec: Spec): Param {
  // A shape says that it is a list of that type; MLflow knows lists of one dimension only.
  const list = Array.isArray(spec['shape']) ? `array<${typeText(spec)}>` : typeText(spec);
  return { name: name(spec) ?? '', type: list, default: JSON.stringify(spec['default'] ?? null) };
}

function name(spec: Spec): string | null {
  return spec['name'] === undefined || spec['name'] === null ? null : plain(spec['name']);
}

function records(value: JsonValue | undefined): Spec[] {
  return Array.isArray(value) ? value.filter(isSpec) : [];
}
