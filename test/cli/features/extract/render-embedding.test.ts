import { expect, test } from 'vitest';
import { renderEmbedding } from '../../../../src/cli/features/extract/render-embedding.ts';

const metrics = {
  tokensPerSecond: 34_567.8,
  secondsLeft: 190,
  truncations: 12,
  memoryMib: 1234,
  partsDone: 3,
  parts: 16,
};
const embedding = { done: 500.4, total: 2000, metrics, note: 'embedding' };

test('renderEmbedding() tells pairs, speed, time left, parts, cut texts and memory', () => {
  expect(renderEmbedding(embedding)).toBe(
    'embedding ██████░░░░░░░░░░░░░░░░░░ 500/2000 pairs  34,568 tokens/s  3 min 10 s left  part 4/16  12 texts cut  1,234 MiB',
  );
});

test('renderEmbedding() tells the share of the peak where it is known', () => {
  const known = { ...embedding, metrics: { ...metrics, peakShare: 0.441 } };
  expect(renderEmbedding(known)).toContain('  44 % of peak  ');
});

test('renderEmbedding() names a phase whose length is unknown', () => {
  expect(renderEmbedding({ done: 0, total: null, metrics: {}, note: 'loading the model' })).toBe('loading the model …');
});
