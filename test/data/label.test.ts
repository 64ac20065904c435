import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countLabels } from '../../src/data/description/count-labels.ts';
import { describeLabels } from '../../src/data/description/describe-labels.ts';
import { isSameLabel, labelInWords, labelOf, mirrorLabel, probabilityOf } from '../../src/data/label.ts';
import { hardLabels, labelAt, labelsAt, labelsFrom, noLabels } from '../../src/data/labels.ts';
import { sidesOf } from '../../src/data/sides-of.ts';

const labels = labelsFrom([labelOf(1), labelOf(0, 3), labelOf(0.5), labelOf(0.7), labelOf(0.2, 0.5)]);

describe('labelOf()', () => {
  test('writes hard labels as a side, others with their probability, and a weight that is not 1', () => {
    expect([labelOf(1), labelOf(0), labelOf(0.5), labelOf(0.3), labelOf(1, 2)]).toEqual([
      { preferred: 'a' },
      { preferred: 'b' },
      { preferred: 'tie', p: 0.5 },
      { preferred: 'b', p: 0.3 },
      { preferred: 'a', weight: 2 },
    ]);
  });

  test('is read back as it was given, and mirrored twice to itself up to rounding', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (p) => {
        const label = labelOf(p, 2);
        expect(probabilityOf(label)).toBe(p);
        expect(probabilityOf(mirrorLabel(mirrorLabel(label)))).toBeCloseTo(p, 15);
        expect(mirrorLabel(label).weight).toBe(2);
      }),
    );
  });
});

test('labelInWords() and isSameLabel() tell what differs', () => {
  expect([labelOf(1), labelOf(0.5), labelOf(0.7), labelOf(0, 2)].map(labelInWords)).toEqual([
    'a',
    'tie',
    'p 0.7',
    'b (weight 2)',
  ]);
  expect(isSameLabel({ preferred: 'tie' }, labelOf(0.5))).toBe(true);
  expect(isSameLabel(labelOf(1), labelOf(1, 2))).toBe(false);
  expect(isSameLabel(labelOf(0.7), labelOf(1))).toBe(false);
});

test('sidesOf() gives a side, 2 for a tie and −1 without a label', () => {
  expect([...sidesOf(labels)]).toEqual([1, 0, 2, 1, 0]);
  expect([...sidesOf(noLabels(2))]).toEqual([-1, -1]);
  expect([...sidesOf(hardLabels([1, 0, -1]))]).toEqual([1, 0, -1]);
});

test('labelsAt() and labelAt() pick items', () => {
  expect(labelsAt(labels, [4, 0])).toEqual(labelsFrom([labelOf(0.2, 0.5), labelOf(1)]));
  expect(labelAt(labels, 1)).toEqual({ preferred: 'b', weight: 3 });
  expect(labelAt(noLabels(1), 0)).toBeNull();
  expect(labelAt(labels, -1)).toBeNull();
});

test('countLabels() counts by kind, and describeLabels() tells what is not usual', () => {
  const counts = countLabels([labels, noLabels(3)]);
  expect(counts).toEqual({ labelled: 5, sided: 4, preferredA: 2, soft: 3, ties: 1, weighted: 2 });
  expect(describeLabels(counts)).toEqual([
    '3 of 5 labels are soft (probabilities), 1 of them ties',
    '2 of 5 labels have a weight other than 1',
  ]);
  expect(describeLabels(countLabels([hardLabels([1, 0, -1])]))).toEqual([]);
});
