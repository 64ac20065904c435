import { expect, test } from 'vitest';
import { replaceBlock } from '../../../tools/generate/replace-block.ts';

const page = (...parts: readonly string[]): string => parts.join('\n');
const [one, other, end] = ['<!-- generated: one -->', '<!-- generated: other -->', '<!-- end -->'];

test('replaceBlock() replaces what stands between the markers of a name and nothing else', () => {
  const before = page('# Title', one, 'old', end, 'between', other, 'kept', end, '');
  const after = page('# Title', one, '', '| new |', '', end, 'between', other, 'kept', end, '');
  expect(replaceBlock(before, 'one', '| new |\n', 'p.md')).toBe(after);
  expect(replaceBlock(after, 'one', '| new |', 'p.md')).toBe(after);
});

test('replaceBlock() takes a text with dollar signs as it is', () => {
  expect(replaceBlock(page(one, end), 'one', "$& $1 $'", 'p.md')).toBe(page(one, '', "$& $1 $'", '', end));
});

test.each([
  ['no marker', page('# Title', 'text'), "it has 0 markers '<!-- generated: one -->', one is needed"],
  ['another marker only', page(other, end), "it has 0 markers '<!-- generated: one -->', one is needed"],
  ['two markers', page(one, end, one, end), "it has 2 markers '<!-- generated: one -->', one is needed"],
  ['a block without end', page(one, 'text'), "no '<!-- end -->' follows its marker, one is needed"],
  ['a block that ends in the next', page(one, other, end), "no '<!-- end -->' follows its marker, one is needed"],
])('replaceBlock() refuses a page with %s', (_what, text, found) => {
  expect(() => replaceBlock(text, 'one', 'new', 'docs/p.md')).toThrow(`Cannot write 'one' into 'docs/p.md': ${found}`);
});
