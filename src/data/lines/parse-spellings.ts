import { parseWithLiterals } from './parse-with-literals.ts';
import { Spelling } from './spelling.ts';

/** A JSON value whose numbers are Spellings, NaN and Infinity too. @throws SyntaxError */
export const parseSpellings = (text: string): unknown =>
  parseWithLiterals(text, /^-?[\dNI]/, (literal) => new Spelling(literal));
