/**
 * Escapes with what follows them in their string, ends of strings, the bare words Python writes for numbers that are not
 * finite, and numbers. A string is not one token: a long one would take the whole stack of the regular expression.
 */
const TOKEN = /(?:\\[\s\S][^"\\]*){1,64}|"|-?(?:NaN|Infinity)|-?\d[\d.eE+-]*/g;

/** Noncharacters, which do not occur in text for interchange. */
const MARKS = Array.from({ length: 32 }, (_, index) => String.fromCharCode(0xfdd0 + index));

/**
 * Parses JSON in which some numbers, or bare words such as NaN, become the result of `make` for their spelling.
 * @throws SyntaxError for other text that is not JSON.
 */
export function parseWithLiterals(text: string, isKept: RegExp, make: (literal: string) => unknown): unknown {
  const mark = unusedMark(text);
  let isInString = false;
  const marked = text.replace(TOKEN, (token) => {
    if (token === '"') isInString = !isInString;
    return !isInString && isKept.test(token) ? `"${mark}${token}"` : token;
  });
  return JSON.parse(marked, (key, value: unknown) => {
    if (key.startsWith(mark)) throw new SyntaxError(`'${key.slice(1)}' stands for a name`);
    return typeof value === 'string' && value.startsWith(mark) ? make(value.slice(1)) : value;
  });
}

/** A character that does not occur in the text, written or escaped. */
function unusedMark(text: string): string {
  const mark = MARKS.find(
    (character) => !text.includes(character) && !text.toLowerCase().includes(character.charCodeAt(0).toString(16)),
  );
  if (mark === undefined) throw new SyntaxError('it has every noncharacter from U+FDD0 to U+FDEF');
  return mark;
}
