/** Sentences that begin with the name of who may not do something. */
const OF_SOMEBODY = /^\S+ (?:lacks|may not|would not) /;

/** What the registry says in small letters, as a sentence on screen; a name that it begins with stays as it is. */
export function asSentence(text: string): string {
  return /^[a-z]+(?:[ ,]|:(?!\/))/.test(text) && !OF_SOMEBODY.test(text)
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : text;
}
