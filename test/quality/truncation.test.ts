import { expect, test } from 'vitest';
import type { DatasetManifest } from '../../src/data/dataset-format.ts';
import { checkTruncation } from '../../src/quality/checks/check-truncation.ts';
import { readTruncation } from '../../src/quality/truncation.ts';

const counts = { items: 100, labelled: 100, prompts: 50, responses: 200 };
const dataset = {
  splits: ['train', 'test'].map((name) => ({ name, counts })),
  counts: { items: 200, prompts: 100, responses: 400 },
} as unknown as DatasetManifest;

test('readTruncation() takes counts by split where the store tells them', () => {
  const stats = {
    truncatedPrompts: 9,
    'truncatedPrompts.train': 2,
    'lostResponses.train': 1,
    'truncatedResponses.test': 7,
    'cutPrompts.test': 4,
  };
  expect(readTruncation({ stats }, dataset)).toEqual([
    {
      split: 'train',
      prompts: 50,
      responses: 200,
      truncatedPrompts: 2,
      truncatedResponses: 0,
      lostResponses: 1,
      cutPrompts: 0,
    },
    {
      split: 'test',
      prompts: 50,
      responses: 200,
      truncatedPrompts: 0,
      truncatedResponses: 7,
      lostResponses: 0,
      cutPrompts: 4,
    },
  ]);
});

test('readTruncation() takes the totals where there is nothing by split, and nothing where there is nothing', () => {
  const [total] = readTruncation({ stats: { truncatedPrompts: 1, truncatedResponses: 2, lostResponses: 3 } }, dataset);
  expect(total).toMatchObject({ split: null, prompts: 100, responses: 400, lostResponses: 3 });
  expect(readTruncation({ stats: { tokens: 5 } }, dataset)).toEqual([]);
});

test.each([
  [{ truncatedPrompts: 4, truncatedResponses: 3, lostResponses: 0 }, 'ok'],
  [{ truncatedPrompts: 5, truncatedResponses: 3, lostResponses: 0 }, 'warn'],
  [{ truncatedPrompts: 0, truncatedResponses: 3, lostResponses: 1 }, 'warn'],
  [{ truncatedPrompts: 0, truncatedResponses: 30, lostResponses: 4 }, 'fail'],
  [{}, 'skipped'],
])('checkTruncation() of %j is %s', (stats, state) => {
  const check = checkTruncation(readTruncation({ stats: stats }, dataset));
  expect(check.state).toBe(state);
  expect(check.advice === '').toBe(state === 'ok' || state === 'skipped');
});
