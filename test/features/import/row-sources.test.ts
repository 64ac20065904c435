import { expect, test } from 'vitest';
import { createRowSources } from '../../../src/features/import/row-sources.ts';

test('createRowSources() keeps the first source of a row and tells of other features', () => {
  const sources = createRowSources();
  expect(sources.add(1, 7, 'x')).toBe(true);
  expect(sources.add(1, 9, 'x')).toBe(true);
  expect(sources.add(1, 8, 'y')).toBe(false);
  expect([sources.has(1), sources.has(0)]).toEqual([true, false]);
  expect(sources.sources(3)).toEqual(Int32Array.of(-1, 7, -1));
});
