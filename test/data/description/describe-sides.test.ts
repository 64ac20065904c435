import { expect, test } from 'vitest';
import { startCounts } from '../../../src/data/description/count-labels.ts';
import { describeSides } from '../../../src/data/description/describe-sides.ts';

test('describeSides() tells how often a is preferred among labels with a side', () => {
  expect(describeSides(startCounts())).toBe('no pair has a label');
  expect(describeSides({ ...startCounts(), labelled: 3, ties: 3, soft: 3 })).toBe('every label is a tie');
  expect(describeSides({ ...startCounts(), labelled: 2000, sided: 1500, preferredA: 500 })).toBe(
    'side a is preferred in 33.3 % of 1,500 labels',
  );
});
