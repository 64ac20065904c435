/** What ends with a point and does not end a sentence. */
const ABBREVIATION = /(?:^|[\s(])(?:e\.g|i\.e|cf|vs|et al|fig|eq|approx|[A-Z])\.$/i;

/** The sentences of a text, without white space around them; one may begin with a small letter, a name or a value. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let begun = '';
  for (const piece of text.trim().split(/(?<=[.!?…][)"'”’*]*)\s+/)) {
    begun += begun === '' ? piece : ` ${piece}`;
    if (ABBREVIATION.test(begun)) continue;
    sentences.push(begun.replaceAll(/\s+/g, ' '));
    begun = '';
  }
  return [...sentences, begun].filter((sentence) => sentence !== '');
}

/** Words of a sentence: what has a letter or a digit, a value or a code span counting as one. */
export const countWords = (sentence: string): number =>
  sentence
    .replaceAll(/\{[^{}]*\}/g, ' x ')
    .split(/[\s/—–]+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
