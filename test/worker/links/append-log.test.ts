import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appendLog } from '../../../src/worker/links/append-log.ts';
import { newDirectory } from '../test-worker.ts';

test('appendLog() writes a sentence the 1st, 10th and 100th time, with the time of day', () => {
  const path = join(newDirectory(), 'new', 'worker.log');
  const append = appendLog(path);
  const told = Array.from({ length: 120 }, () => append('Refused a worker')).filter(Boolean);
  expect(told).toHaveLength(3);
  expect(readFileSync(path, 'utf8')).toMatch(
    /^\S+Z orchestrator: Refused a worker\n\S+Z orchestrator: Refused a worker \(10 times\)\n.*\(100 times\)\n$/,
  );
});

test('appendLog() goes on when the file cannot be written', () => {
  expect(appendLog('/dev/full')('Refused a worker')).toBe(true);
});
