import { describe, expect, test } from 'vitest';
import { labelOf } from '../../src/data/label.ts';
import { readAnswers, writeAnswers } from '../../src/ledger/answers.ts';
import { RunEvent } from '../../src/ledger/events.ts';

const event = (fields: object) =>
  RunEvent.safeParse({ seq: 2, time: 't', seconds: 1, type: 'labels.received', round: 0, ...fields }).success;

describe('writeAnswers()', () => {
  test('writes letters alone where every answer is a side', () => {
    expect(writeAnswers([labelOf(1), labelOf(0)])).toEqual({ answers: 'ab' });
  });

  test('writes probabilities where one is soft, and weights where one is not 1', () => {
    expect(writeAnswers([labelOf(1), labelOf(0.5), labelOf(0.3)])).toEqual({
      answers: 'atb',
      probabilities: [1, 0.5, 0.3],
    });
    expect(writeAnswers([labelOf(1), labelOf(0, 2)])).toEqual({ answers: 'ab', weights: [1, 2] });
  });

  test('is read back as it was given', () => {
    for (const labels of [
      [labelOf(1), labelOf(0)],
      [labelOf(0.1 + 0.2), labelOf(0.5, 3), labelOf(0)],
      [labelOf(1, 0.25)],
      [],
    ]) {
      const answers = writeAnswers(labels);
      expect(readAnswers(JSON.parse(JSON.stringify(answers)) as typeof answers)).toEqual(labels);
      expect(event(answers)).toBe(true);
    }
  });
});

test('readAnswers() takes a letter t without a probability for a tie', () => {
  expect(readAnswers({ answers: 'tb' })).toEqual([{ preferred: 'tie', p: 0.5 }, { preferred: 'b' }]);
});

test.each([
  { answers: 'ab', probabilities: [0.7] },
  { answers: 'ab', probabilities: [0.7, 1.2] },
  { answers: 'ab', weights: [1] },
  { answers: 'ab', weights: [1, 0] },
  { answers: 'ax' },
  { answers: 'ab', probabilities: [0.7, null] },
])('labels.received refuses %o', (fields) => {
  expect(event(fields)).toBe(false);
});
