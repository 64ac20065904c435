import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tensorOf, writeSafetensors } from '../../src/features/store/safetensors.ts';
import { countEqualPairs, findEqualFeatures } from '../../src/quality/equal-features.ts';
import { groupRows } from '../../src/quality/group-rows.ts';
import { drawPrompts, neighbourhoodOf } from '../../src/quality/neighbours.ts';
import { readTextKeys } from '../../src/quality/text-keys.ts';
import { findUnequalDuplicates } from '../../src/quality/unequal-duplicates.ts';
import { temporaryDirectory } from '../data/fixtures.ts';
import { writeHandmadeDataset } from '../support/handmade-dataset.ts';

const folder = temporaryDirectory();

test('groupRows() gives the rows of keys that come again', () => {
  expect(groupRows(['x', 'y', 'x', 'z', 'y', 'x'])).toEqual([
    [0, 2, 5],
    [1, 4],
  ]);
  expect(groupRows(['x', 'y'])).toEqual([]);
});

test('readTextKeys() has equal keys for equal texts, of a response for an equal prompt and answer', async () => {
  const dataset = await writeHandmadeDataset(join(folder, 'keys'), {
    prompts: ['why?', 'how?', 'why?'],
    responses: [0, 1, 2].map((prompt) => ({ prompt, text: 'so' })),
    items: [{ id: 'one', prompt: 0, a: 0, b: 1 }],
  });
  const { prompts, responses, promptOf } = await readTextKeys(dataset);
  expect([groupRows(prompts), groupRows(responses)]).toEqual([[[0, 2]], [[0, 2]]]);
  expect([...promptOf]).toEqual([0, 1, 2]);
});

describe('findUnequalDuplicates()', () => {
  const file = join(folder, 'duplicates.safetensors');
  writeSafetensors(file, new Map([['prompts', tensorOf(Float32Array.of(3, 4, 3, 4, 0, 4, 9, 9), [4, 2])]]));
  const matrix = { file, name: 'prompts', dtype: 'float32', rows: 4, columns: 2 } as const;

  test('measures copies of a text against its first row', async () => {
    const found = await findUnequalDuplicates(matrix, ['x', 'x', 'x', 'y'], ['p', 'p', 'q', 'r']);
    expect(found).toEqual({ copies: 2, unequal: 1, largest: 0.6, first: [{ rows: [0, 2], difference: 0.6 }] });
  });

  test('finds nothing where every text stands once', async () => {
    const found = await findUnequalDuplicates(matrix, ['x', 'y', 'z', 'u'], ['p', 'p', 'q', 'r']);
    expect(found).toEqual({ copies: 0, unequal: 0, largest: 0, first: [] });
  });
});

test('findEqualFeatures() counts different texts with the same features, not copies of one text', () => {
  const found = findEqualFeatures(['x', 'y', 'z', 'z', 'x', 'u'], ['p', 'p', 'q', 'q', 'p', 'r']);
  expect(found).toEqual({ rows: 3, groups: 1, first: [[0, 1]] });
});

test('countEqualPairs() counts pairs of different answers that cannot be told apart', () => {
  const rows = (...values: number[]) => Int32Array.from(values);
  const split = { name: 'train', ids: ['1', '2', '3'], prompts: rows(0, 0, 0), a: rows(0, 0, 2), b: rows(1, 2, 2) };
  expect(countEqualPairs([split], ['x', 'y', 'z'], ['p', 'p', 'q'])).toEqual([{ split: 'train', pairs: 1, of: 3 }]);
});

describe('neighbourhoodOf()', () => {
  test('lists the five nearest but the prompt itself, the earlier on ties', () => {
    const { neighbours, median } = neighbourhoodOf(1, Float64Array.of(4, 0, 2, 2, 9, 8, 1));
    expect(neighbours.map(({ row }) => row)).toEqual([6, 2, 3, 0, 5]);
    expect(neighbours[0]!.distance).toBe(1);
    expect(median).toBe(3);
  });

  test('keeps a copy at distance nought and itself out', () => {
    expect(neighbourhoodOf(0, Float64Array.of(0, 0)).neighbours).toEqual([{ row: 1, distance: 0 }]);
  });

  test('has no neighbours in a space of one', () => {
    expect(neighbourhoodOf(0, Float64Array.of(0))).toEqual({ row: 0, neighbours: [], median: 0 });
  });
});

test('drawPrompts() draws five rows, the same ones every time, or all of few', () => {
  expect(drawPrompts(3)).toEqual([0, 1, 2]);
  expect(new Set(drawPrompts(1000)).size).toBe(5);
  expect(drawPrompts(1000)).toEqual(drawPrompts(1000));
});
