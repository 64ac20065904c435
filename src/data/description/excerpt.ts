import { cutText } from '../../base/text/cut-text.ts';

const LONGEST = 200;

/** A text on one line, cut to `longest` characters; adds the full length if it was cut. */
export const excerpt = (text: string, longest: number = LONGEST): string =>
  cutText(text.replace(/\s+/gu, ' ').trim(), longest);
