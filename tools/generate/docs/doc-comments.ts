import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../../src/base/package-info.ts';

/** The comments in front of the declarations (`const NAME = …`) of a source file, by name, as one line of Markdown. */
export function docComments(path: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(PACKAGE_ROOT, path), 'utf8');
  const found = text.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\n(?:export )?const (\w+) =/g);
  return new Map([...found].map(([, comment = '', name = '']) => [name, plain(comment)]));
}

const plain = (comment: string): string =>
  comment
    .replaceAll(/^\s*\* ?/gm, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
