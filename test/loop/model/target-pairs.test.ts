import { describe, expect, it } from 'vitest';
import { hardLabels, noLabels } from '../../../src/data/labels.ts';
import { MOST_TARGETS, targetPairs } from '../../../src/loop/model/target-pairs.ts';

const split = (name: string, size: number) => ({
  name,
  pairs: Int32Array.from({ length: 2 * size }, (_, index) => index),
  labels: noLabels(size),
});

describe('targetPairs()', () => {
  it('gives the pairs of the first evaluated split', () => {
    expect(targetPairs({ evaluated: [split('test', 3), split('ood', 5)] }, 9)).toEqual(Int32Array.of(0, 1, 2, 3, 4, 5));
  });

  it('draws a bounded number of a larger one, the same for the same seed', () => {
    const evaluated = [split('test', 1000)];
    const pairs = targetPairs({ evaluated }, 9);
    expect(pairs).toHaveLength(2 * MOST_TARGETS);
    const firsts = pairs.filter((_, index) => index % 2 === 0);
    expect(new Set(firsts).size).toBe(MOST_TARGETS);
    expect(pairs.filter((_, index) => index % 2 === 1)).toEqual(firsts.map((row) => row + 1));
    expect(targetPairs({ evaluated }, 9)).toEqual(pairs);
    expect(targetPairs({ evaluated }, 10)).not.toEqual(pairs);
  });

  it('does not depend on labels', () => {
    const other = { ...split('test', 1000), labels: hardLabels(new Int8Array(1000).fill(1)) };
    expect(targetPairs({ evaluated: [other] }, 9)).toEqual(targetPairs({ evaluated: [split('test', 1000)] }, 9));
  });

  it('has none where nothing is evaluated', () => {
    expect(targetPairs({ evaluated: [] }, 9)).toHaveLength(0);
  });
});
