import { describe, expect, test } from 'vitest';
import { drawPairs, holdOut } from '../../../src/quality/probe/probe-pairs.ts';

const ITEMS = 40;
const range = (value: (item: number) => number) => Int32Array.from({ length: ITEMS }, (_, item) => value(item));
const split = {
  name: 'train',
  ids: Array.from({ length: ITEMS }, (_, item) => `${item}`),
  prompts: range((item) => item % 10),
  a: range((item) => 2 * item),
  b: range((item) => 2 * item + (item === 3 ? 0 : 1)),
};
const labels = Int8Array.from({ length: ITEMS }, (_, item) => (item === 5 ? -1 : item % 2));

describe('drawPairs()', () => {
  test('takes every labelled pair of two answers where they are not too many', () => {
    const { rows, labels: own, available } = drawPairs(split, labels, 100);
    expect(available).toBe(ITEMS - 2);
    expect([...rows.subarray(0, 4)]).toEqual([0, 1, 2, 3]);
    expect([rows.length, own.length]).toEqual([2 * available, available]);
    expect([...rows]).not.toContain(6);
    expect([...rows]).not.toContain(10);
  });

  test('draws distinct pairs with their own labels where they are', () => {
    const { rows, labels: own, prompts } = drawPairs(split, labels, 12);
    const items = [...own.keys()].map((pair) => rows[2 * pair]! / 2);
    expect(new Set(items).size).toBe(12);
    items.forEach((item, pair) => {
      expect([own[pair], prompts[pair]]).toEqual([labels[item], split.prompts[item]]);
    });
    expect(drawPairs(split, labels, 12).rows).toEqual(rows);
  });
});

test('holdOut() parts pairs by prompt, a fifth of the prompts on one side', () => {
  const pairs = drawPairs(split, labels, 100);
  const { kept, heldOut } = holdOut(pairs);
  expect(new Set(heldOut.prompts).size).toBe(2);
  expect([...kept.prompts].filter((prompt) => heldOut.prompts.includes(prompt))).toEqual([]);
  expect(kept.labels.length + heldOut.labels.length).toBe(pairs.labels.length);
});
