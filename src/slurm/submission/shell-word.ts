const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A word as bash reads it back, whatever is in it; plain words stay as they are. */
export const shellWord = (word: string): string =>
  PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
