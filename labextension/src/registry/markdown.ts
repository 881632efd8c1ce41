/** Lines that carry no words: rules, fences, and the line below the heading of a table. */
const NO_WORDS = /^[\s|:=*_~`+-]*$/;

/** The first line with words of a Markdown text, without its marks: what one reads of it at a glance; '' for none. */
export function firstLine(text: string): string {
  const line = text.split('\n').find(each => !NO_WORDS.test(each) && !/^\s*(```|~~~|<!--)/.test(each));
  return (line ?? '')
    .replace(/^\s*(?:#{1,6}\s+|>\s*|[-*+]\s+|\d+[.)]\s+)+/, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__|~~|`)(.+?)\1/g, '$2')
    .replace(/(^|[^\w\\])([*_])([^*_\s\\][^*_\\]*)\2(?=\W|$)/g, '$1$3')
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(/\s*\|\s*/g, ' ')
    .replace(/\\([\\`*_{}[\]()#+.!|>~-])/g, '$1')
    .trim();
}
