import { describe, expect, test } from 'vitest';
import { labelOf } from '../../src/data/label.ts';
import { labelsFrom } from '../../src/data/labels.ts';
import { createDatasetOracle } from '../../src/oracle/dataset-oracle.ts';
import { simulateAnswer } from '../../src/oracle/simulate-answer.ts';

describe('simulateAnswer()', () => {
  test.each([
    [0.7, 2, { preferred: 'a', weight: 2 }],
    [0.2, 1, { preferred: 'b' }],
    [0.5, 1, { preferred: 'tie', p: 0.5 }],
    [1, 1, { preferred: 'a' }],
  ])('hard: of probability %d and weight %d', (p, weight, answer) => {
    expect(simulateAnswer('hard', 'x', labelOf(p, weight), 9)).toEqual(answer);
    expect(simulateAnswer('soft', 'x', labelOf(p, weight), 9)).toEqual(labelOf(p, weight));
  });

  test('drawn: by seed and item alone, as often as the probability says, never against a sure label', () => {
    const drawn = (p: number, seed: number): number[] =>
      Array.from({ length: 4000 }, (_value, item) =>
        simulateAnswer('drawn', `i${item}`, labelOf(p), seed).preferred === 'a' ? 1 : 0,
      );
    const share = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const p of [0.1, 0.5, 0.8]) {
      expect(Math.abs(share(drawn(p, 1)) - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 4000));
    }
    expect(drawn(0.8, 1)).toEqual(drawn(0.8, 1));
    expect(drawn(0.8, 1)).not.toEqual(drawn(0.8, 2));
    expect([share(drawn(0, 3)), share(drawn(1, 3))]).toEqual([0, 1]);
    expect(simulateAnswer('drawn', 'x', labelOf(1, 2), 1)).toEqual({ preferred: 'a', weight: 2 });
  });
});

test('createDatasetOracle() answers with probabilities, and refuses an item without a label', async () => {
  const oracle = createDatasetOracle({
    indexOf: new Map([
      ['x', 0],
      ['y', 1],
      ['z', 2],
    ]),
    labels: {
      ...labelsFrom([labelOf(0.7), labelOf(0, 2), labelOf(1)]),
      probabilities: Float64Array.of(0.7, 0, Number.NaN),
    },
    answerOf: (_id, label) => label,
  });
  const answers = [
    { preferred: 'b', weight: 2 },
    { preferred: 'a', p: 0.7 },
  ];
  expect(await oracle.answer({ round: 0, ids: ['y', 'x'] })).toEqual({ type: 'answered', answers });
  for (const id of ['z', 'q'])
    await expect(async () => oracle.answer({ round: 0, ids: [id] })).rejects.toThrow(`Cannot label item '${id}'`);
});
