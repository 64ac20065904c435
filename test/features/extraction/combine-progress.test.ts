import { expect, test } from 'vitest';
import { combineProgress } from '../../../src/features/extraction/combine-progress.ts';
import type { ProgressNote } from '../../../src/worker/client.ts';

function collect(processes: number) {
  const told: ProgressNote[] = [];
  return { told, of: combineProgress(processes, (progress) => told.push(progress)) };
}

const embedding = (done: number, total: number, metrics: Record<string, number>): ProgressNote => ({
  done,
  total,
  metrics,
  note: 'embedding',
});

test('combineProgress() passes the progress of a single process on', () => {
  const { told, of } = collect(1);
  const loading = { done: 0, total: null, metrics: {}, note: 'loading the model' };
  of(0)(loading);
  of(0)(embedding(3, 10, { tokensPerSecond: 5 }));
  expect(told).toEqual([loading, embedding(3, 10, { tokensPerSecond: 5 })]);
});

test('combineProgress() adds what is done and how fast, and takes the longest time and the largest memory', () => {
  const { told, of } = collect(2);
  of(0)(embedding(3, 10, { tokensPerSecond: 100, secondsLeft: 7, memoryMib: 50, peakShare: 0.4, parts: 2 }));
  of(1)(embedding(1, 12, { tokensPerSecond: 80, secondsLeft: 11, memoryMib: 40, peakShare: 0.5, parts: 3 }));
  expect(told.at(-1)).toEqual(
    embedding(4, 22, { tokensPerSecond: 180, secondsLeft: 11, memoryMib: 50, peakShare: 0.5, parts: 5 }),
  );
});

test('combineProgress() keeps the latest of each process', () => {
  const { told, of } = collect(2);
  of(0)(embedding(3, 10, { tokensPerSecond: 100 }));
  of(1)(embedding(1, 10, { tokensPerSecond: 100 }));
  of(0)(embedding(9, 10, { tokensPerSecond: 90 }));
  expect(told.at(-1)).toEqual(embedding(10, 20, { tokensPerSecond: 190 }));
});

test('combineProgress() tells of counted work while another process still loads', () => {
  const { told, of } = collect(2);
  of(0)(embedding(3, 10, { tokensPerSecond: 100 }));
  of(1)({ done: 0, total: null, metrics: {}, note: 'loading the model' });
  expect(told.at(-1)).toMatchObject({ done: 3, total: 10, metrics: { tokensPerSecond: 100 } });
});

test('combineProgress() adds up what is of one phase alone', () => {
  const { told, of } = collect(2);
  of(0)(embedding(3, 10, { tokensPerSecond: 100 }));
  of(1)(embedding(12, 12, { tokensPerSecond: 80 }));
  const writing = { done: 1, total: 16, metrics: {}, note: 'writing the store' };
  of(0)(writing);
  expect(told.at(-1)).toEqual(writing);
});
