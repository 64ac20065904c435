import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProgressFile } from '../../../../src/cli/features/extract/progress-file.ts';
import { temporaryDirectory } from '../../../data/fixtures.ts';

const folder = temporaryDirectory();
const note = (done: number, phase: string) => ({ done, total: 10, metrics: { tokensPerSecond: 7 }, note: phase });

test('createProgressFile() appends a line a phase and the last there was', () => {
  const file = join(folder, 'progress.jsonl');
  const progress = createProgressFile(file);
  for (const [done, phase] of [
    [0, 'loading the model'],
    [1, 'embedding'],
    [2, 'embedding'],
    [3, 'embedding'],
  ] as const)
    progress.observe(note(done, phase));
  progress.close();
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ phase, done }) => [phase, done])).toEqual([
    ['loading the model', 0],
    ['embedding', 1],
    ['embedding', 3],
  ]);
  expect(lines[2]).toMatchObject({ total: 10, tokensPerSecond: 7, time: expect.stringMatching(/^\d{4}-.*Z$/) });
});

test('createProgressFile() says that a file cannot be written', () => {
  const file = join(folder, 'absent', 'progress.jsonl');
  expect(() => createProgressFile(file)).toThrow(/Cannot write progress to '.*progress.jsonl': there is no such file/);
});

test('createProgressFile() writes nothing without a file', () => {
  const progress = createProgressFile(null);
  progress.observe(note(1, 'embedding'));
  progress.close();
});
