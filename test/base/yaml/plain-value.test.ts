import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { plainValue } from '../../../src/base/yaml/plain-value.ts';

const read = (text: string) => plainValue(parseDocument(text, { logLevel: 'error' }));
const bomb = ['a0: &a0 [x, x]', ...Array.from({ length: 20 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`)];

test.each([
  ['a missing alias', 'a: *b', /an alias cannot be followed \(Unresolved alias.*: b\)/],
  ['an alias of itself', 'a: &a [*a]', /nested deeper than 64 levels, or refers to itself/],
  ['a mapping within itself', 'a: &a {b: *a}', /or refers to itself/],
  ['aliases that unfold without bound', bomb.join('\n'), /an alias cannot be followed \(Excessive alias count/],
  ['nesting without end', `${'['.repeat(5000)}${']'.repeat(5000)}`, /./],
  ['a key of every object', '__proto__: {x: 1}', /there is a key '__proto__'/],
  ['two keys that are one', '1: a\n"1": b', /key '1' is there twice/],
  ['a key that is a list', '? [x]\n: 1', /a key is no text/],
  ['an unknown tag', 'a: !foo 1', /Unresolved tag: !foo/],
  ['bytes', 'a: !!binary aGk=', /of a type that configurations do not have|Unresolved tag/],
  ['a NUL character', 'a: {b: "x\\0y"}', /'a.b' holds a NUL character/],
  ['half of a surrogate pair', 'a: ["\\ud800"]', /'a.0' holds half of a surrogate pair/],
  ['two documents', 'a: 1\n---\nb: 2', /multiple documents/],
])('plainValue() refuses %s', (_what, text, words) => {
  expect(() => read(text)).toThrow(words);
});

test('plainValue() gives what YAML has in common with JSON, aliases followed', () => {
  expect(read('a: &x [1, 0x1F, ~, 2001-01-01]\nb: *x\n"constructor": {prototype: true}')).toEqual({
    a: [1, 31, null, '2001-01-01'],
    b: [1, 31, null, '2001-01-01'],
    constructor: { prototype: true },
  });
  expect(read('')).toBeNull();
});
