import { expect, test } from 'vitest';
import {
  createExtractProgress,
  createPace,
  renderExtractProgress,
} from '../../../src/cli/features/extract-progress.ts';

const embedding = { done: 500, total: 2000, metrics: { tokensPerSecond: 100 }, note: 'embedding' };

test('renderExtractProgress() tells how far, how fast and how much longer', () => {
  expect(renderExtractProgress(embedding)).toBe('embedding ██████░░░░░░░░░░░░░░░░░░ 500/2000 tokens  100/s  15 s left');
});

test('renderExtractProgress() names a phase whose length is unknown', () => {
  expect(renderExtractProgress({ done: 0, total: null, metrics: {}, note: 'loading the model' })).toBe(
    'loading the model …',
  );
});

test('renderExtractProgress() tells the share done of a phase without a rate', () => {
  const hashing = { done: 37e9, total: 100e9, metrics: {}, note: 'hashing the model' };
  expect(renderExtractProgress(hashing)).toBe('hashing the model 37 % …');
  expect(renderExtractProgress({ ...hashing, done: 100e9 })).toBe('hashing the model …');
});

test('createPace() is due in a new phase and after a pause', () => {
  let second = 0;
  const isDue = createPace(() => second, 5);
  expect([isDue('loading'), isDue('loading'), isDue('embedding'), isDue('embedding')]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  second = 4.9;
  expect(isDue('embedding')).toBe(false);
  second = 5;
  expect(isDue('embedding')).toBe(true);
});

test('createExtractProgress() notes a line a phase where there is no terminal', () => {
  const lines: string[] = [];
  const progress = createExtractProgress((line) => lines.push(line));
  progress.observe(embedding);
  progress.observe({ ...embedding, done: 600 });
  progress.close();
  expect(lines).toEqual([renderExtractProgress(embedding)]);
});
