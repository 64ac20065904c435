import { sha256 } from '../base/text/canonical-json.ts';

const LONGEST = 100;

/** Name of a figure and of its files: what a split of any name contributes is one safe part of a file name. */
export const figureName = (...parts: readonly string[]): string => parts.map(safePart).join('-');

/** A half of a surrogate pair becomes U+FFFD on its way through bytes; encodeURIComponent() would throw. */
function safePart(part: string): string {
  const encoded = encodeURIComponent(Buffer.from(part).toString()).replaceAll('*', '%2A');
  return encoded.length <= LONGEST ? encoded : `${encoded.slice(0, LONGEST)}-${sha256(Buffer.from(part)).slice(0, 12)}`;
}
