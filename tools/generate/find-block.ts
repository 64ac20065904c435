import { usageError } from '../../src/base/errors.ts';
import { quotePath } from '../../src/base/files/files.ts';

/** A page cut at the markers of a block: the text with them before and after, and what stands between. */
export interface FoundBlock {
  readonly before: string;
  readonly content: string;
  readonly after: string;
}

const END = '<!-- end -->';

/**
 * Finds what stands between `<!-- generated: NAME -->` and the next `<!-- end -->`.
 * @throws BalpmError (usage) where the page has no such block, more than one, or one that does not end.
 */
export function findBlock(page: string, name: string, path: string): FoundBlock {
  const begin = `<!-- generated: ${name} -->`;
  const parts = page.split(begin);
  if (parts.length !== 2) throw refused(path, name, `it has ${parts.length - 1} markers '${begin}', one is needed`);
  const [before, rest] = parts as [string, string];
  const end = rest.indexOf(END);
  const next = rest.indexOf('<!-- generated: ');
  if (end < 0 || (next >= 0 && next < end)) throw refused(path, name, `no '${END}' follows its marker, one is needed`);
  return { before: `${before}${begin}`, content: rest.slice(0, end), after: rest.slice(end) };
}

const refused = (path: string, name: string, found: string) =>
  usageError(`Cannot write '${name}' into ${quotePath(path)}: ${found}`);
