import { usageError } from '../../src/base/errors.ts';
import { quotePath } from '../../src/base/files.ts';

/**
 * A page with the text between `<!-- generated: NAME -->` and the next `<!-- end -->` replaced; all else stays as it is.
 * @throws BalpmError (usage) where the page has no such block, more than one, or one that does not end.
 */
export function replaceBlock(page: string, name: string, content: string, path: string): string {
  const begin = `<!-- generated: ${name} -->`;
  const parts = page.split(begin);
  if (parts.length !== 2) throw refused(path, name, `it has ${parts.length - 1} markers '${begin}', one is needed`);
  const [before, rest] = parts as [string, string];
  const end = rest.indexOf(END);
  const next = rest.indexOf('<!-- generated: ');
  if (end < 0 || (next >= 0 && next < end)) throw refused(path, name, `no '${END}' follows its marker, one is needed`);
  return `${before}${begin}\n\n${content.trim()}\n\n${rest.slice(end)}`;
}

const END = '<!-- end -->';

const refused = (path: string, name: string, found: string) =>
  usageError(`Cannot write '${name}' into ${quotePath(path)}: ${found}`);
