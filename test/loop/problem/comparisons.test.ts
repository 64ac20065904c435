import { describe, expect, test } from 'vitest';
import { labelOf } from '../../../src/data/label.ts';
import { hardLabels, labelsFrom } from '../../../src/data/labels.ts';
import { fitTensors } from '../../../src/loop/model/fit-tensors.ts';
import { compareItems } from '../../../src/loop/problem/comparisons.ts';
import { seenSplit } from '../../../src/loop/problem/seen-split.ts';
import { seenPositions } from '../../../src/loop/problem/ties.ts';

/** Rows (a, b) of four items. */
const PAIRS = Int32Array.of(10, 11, 20, 21, 30, 31, 40, 41);
const LABELS = labelsFrom([labelOf(0.75), labelOf(0.25, 2), labelOf(0.5), labelOf(0)]);
const HARD = compareItems(PAIRS, [0, 1], hardLabels([1, 0]), 'half');
const NONE = compareItems(PAIRS, [], hardLabels([]), 'half');

describe('compareItems()', () => {
  test('puts the likelier answer first, a of a tie, with its probability', () => {
    expect(compareItems(PAIRS, [3, 0, 2, 1], LABELS, 'half')).toEqual({
      rows: Int32Array.of(40, 41, 11, 10, 30, 31, 21, 20),
      targets: Float64Array.of(0.75, 0.75, 0.5, 1),
      weights: Float64Array.of(1, 2, 1, 1),
    });
  });

  test('leaves ties out where they are dropped, and nothing else', () => {
    for (const ties of ['half', 'davidson'] as const) expect([...seenPositions(LABELS, ties)]).toEqual([0, 1, 2, 3]);
    expect([...seenPositions(LABELS, 'drop')]).toEqual([0, 1, 3]);
    expect(compareItems(PAIRS, [0, 1, 2, 3], LABELS, 'drop')).toEqual({
      rows: Int32Array.of(10, 11, 21, 20, 41, 40),
      targets: Float64Array.of(0.75, 0.75, 1),
      weights: Float64Array.of(1, 2, 1),
    });
    expect(compareItems(PAIRS, [2], labelsFrom([labelOf(0.5)]), 'drop').rows).toHaveLength(0);
  });
});

test('seenSplit() leaves out pair and label of a tie', () => {
  const split = { name: 'test', pairs: PAIRS, labels: LABELS };
  expect(seenSplit(split, 'half')).toEqual(split);
  expect(seenSplit(split, 'drop')).toEqual({
    name: 'test',
    pairs: Int32Array.of(10, 11, 20, 21, 40, 41),
    labels: labelsFrom([labelOf(0.75), labelOf(0.25, 2), labelOf(0)]),
  });
});

describe('fitTensors()', () => {
  test('of hard labels of equal weight is what it always was', () => {
    expect(fitTensors(HARD, NONE)).toEqual({
      labelled: { dtype: 'int32', shape: [2, 2], values: Int32Array.of(10, 11, 21, 20) },
      validation: { dtype: 'int32', shape: [0, 2], values: new Int32Array(0) },
    });
  });

  test('names targets and weights of the side that has them', () => {
    const soft = compareItems(PAIRS, [0, 1, 2, 3], LABELS, 'half');
    expect(Object.keys(fitTensors(HARD, soft))).toEqual([
      'labelled',
      'validation',
      'validationTargets',
      'validationWeights',
    ]);
    const { targets, weights, ...rest } = fitTensors(soft, HARD);
    expect(Object.keys(rest)).toEqual(['labelled', 'validation']);
    expect(targets).toEqual({ dtype: 'float64', shape: [4], values: Float64Array.of(0.75, 0.75, 0.5, 1) });
    expect(weights).toEqual({ dtype: 'float64', shape: [4], values: Float64Array.of(1, 2, 1, 1) });
  });
});
