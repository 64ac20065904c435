import { expect, test } from 'vitest';
import { describeCost } from '../../../src/cli/terminal/describe-cost.ts';

const trial = { startSeconds: 2, secondsPerStep: 1.5, secondsPerAnswer: 4e-6, memoryMiB: 900 };
const estimate = { seconds: 7300, roundSeconds: 90, memoryMiB: 1536, trial, rates: null };

test('describeCost() tells hours and memory and what they rest on, before any run', () => {
  expect(describeCost({ secondsFromEarlierRuns: null, estimate, byPeople: false })).toEqual([
    'at most about 2 h 1 min, 1.5 GiB of memory',
    'by a trial on this machine just now (1.5 s per step, 4.0 ms per 1,000 answers); no comparable earlier run to time it by',
  ]);
});

test('describeCost() puts earlier runs before the trial, and says that the time of people is not in it', () => {
  const [first, second] = describeCost({ secondsFromEarlierRuns: 250, estimate, byPeople: true });
  expect(first).toBe('about 4 min 10 s (median of earlier runs), without the time people take');
  expect(second).toMatch(/^at most about 2 h 1 min, 1\.5 GiB of memory, by a trial/);
});

test('describeCost() says why there was no trial', () => {
  const unknown = { unknown: 'its worker is on another host' };
  expect(describeCost({ secondsFromEarlierRuns: null, estimate: unknown, byPeople: false })).toEqual([
    'no comparable earlier run to time it by; no trial: its worker is on another host',
  ]);
});
