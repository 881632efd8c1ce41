import type { Event, JsonValue, TextPart, ToldEvent } from '../../src/client/client';

/** `event` with a sentence as the registry has it, as far as tests of views look at one. */
export function told(event: Event): ToldEvent {
  const undoing: TextPart[] = event.undoes === null ? [] : [{ text: `, undoing ${event.undoes}`, kind: 'plain' }];
  return { ...event, sentence: [...sentenceOf(event), ...undoing] };
}

function sentenceOf({ action, before, after }: Event): TextPart[] {
  const [[key, value] = ['', null]] = Object.entries(after ?? {});
  const old = before?.[key];
  switch (action) {
    case 'alias.set':
    case 'alias.moved':
      return [
        { text: `@${key}`, kind: 'quoted' },
        ...(old === undefined ? [] : [plain(' '), { text: asText(old), kind: 'version' } as const]),
        plain(' → '),
        { text: asText(value), kind: 'version' }
      ];
    case 'tag.set':
      return [plain('tagged '), { text: key, kind: 'quoted' }, plain('='), { text: asText(value), kind: 'quoted' }];
    default:
      return [plain(action)];
  }
}

function asText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function plain(text: string): TextPart {
  return { text, kind: 'plain' };
}
