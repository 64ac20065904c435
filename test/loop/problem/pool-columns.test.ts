import { describe, expect, test } from 'vitest';
import {
  alignColumns,
  assertColumns,
  columnMeasures,
  columnOf,
  hashColumns,
} from '../../../src/loop/problem/pool-columns.ts';

const COLUMNS = new Map([
  ['price', Float64Array.of(1, 2, 3)],
  ['entropy', Float64Array.of(-1, 0, 0.5)],
]);

describe('alignColumns()', () => {
  const columns = new Map([['price', { file: 'p.jsonl', values: Float64Array.of(5, Number.NaN, 7, Number.NaN) }]]);

  test('gives the values of the items kept, in their order', () => {
    expect(alignColumns(columns, Int32Array.of(0, 2), ['zero', 'two']).get('price')).toEqual(Float64Array.of(5, 7));
  });

  test('counts the items without a value and names the first', () => {
    expect(() => alignColumns(columns, Int32Array.of(0, 1, 3), ['zero', 'one', 'three'])).toThrow(
      "Cannot use column 'price' of 'p.jsonl': 2 of 3 items of the pool have no value ('one' is the first), one for every item is needed",
    );
  });
});

describe('assertColumns()', () => {
  test('passes measures of the posterior and columns there are', () => {
    assertColumns('top-k', ['epistemic', 'external:price'], COLUMNS);
  });

  test('names the columns there are', () => {
    expect(() => assertColumns('top-k', ['external:prices'], COLUMNS)).toThrow(
      "Cannot use policy 'top-k': it ranks by column 'prices', one of 'price', 'entropy' (or another file in data.columns) is needed",
    );
  });

  test('says where columns come from when there are none', () => {
    expect(() => assertColumns('top-k', ['external:price'], new Map())).toThrow(
      "Cannot use policy 'top-k': it ranks by column 'price', a file that holds it, named in data.columns, is needed",
    );
  });
});

test('columnOf() is the name behind the first colon, null for a measure of the posterior', () => {
  expect([columnOf('external:a:b'), columnOf('epistemic')]).toEqual(['a:b', null]);
});

test('columnMeasures() aligns the columns among the measures with the items', () => {
  const measures = columnMeasures(['epistemic', 'external:price'], COLUMNS, Int32Array.of(2, 0));
  expect(measures).toEqual({ 'external:price': Float64Array.of(3, 1) });
});

describe('hashColumns()', () => {
  const hash = hashColumns(COLUMNS);

  test('is null without columns', () => {
    expect(hashColumns(new Map())).toBeNull();
  });

  test('is the same whatever the order of the columns', () => {
    expect(hashColumns(new Map([...COLUMNS].toReversed()))).toBe(hash);
  });

  test.each([
    ['a value', new Map([...COLUMNS, ['price', Float64Array.of(1, 2, 3.0000001)] as const])],
    ['a name', new Map([...COLUMNS].map(([name, values]) => [`${name}s`, values]))],
    ['a column less', new Map([...COLUMNS].slice(1))],
  ])('is another with %s', (_change, columns) => {
    expect(hashColumns(columns)).not.toBe(hash);
  });
});
