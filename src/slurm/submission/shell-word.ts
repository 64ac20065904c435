const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Quotes a word so that bash reads it back unchanged; plain words are left as they are. */
export const shellWord = (word: string): string =>
  PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
