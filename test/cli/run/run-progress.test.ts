import { expect, test } from 'vitest';
import type { CommandIo } from '../../../src/cli/command.ts';
import { createRunProgress } from '../../../src/cli/run/run-progress.ts';
import { ExperimentConfig } from '../../../src/config/experiment.ts';
import type { RunState } from '../../../src/loop/state.ts';
import { TEST_MEASURED } from '../../support/measured-run.ts';

/** What is noted after each of the first `rounds` of three rounds. */
function notesOf(oracle: ExperimentConfig['oracle']['type']): string[] {
  const data = { type: 'directory', dataset: 'd', store: 's' };
  const config = ExperimentConfig.parse({ data, rounds: 3, oracle: { type: oracle } });
  const lines: string[] = [];
  const progress = createRunProgress('first', config, { note: (line: string) => void lines.push(line) } as CommandIo);
  for (const measuredRounds of [1, 2, 3]) progress.observe(TEST_MEASURED, { measuredRounds } as RunState);
  progress.close();
  return lines;
}

test('createRunProgress() tells the time left by the steps so far where a dataset answers', () => {
  const lines = notesOf('dataset');
  for (const line of lines) expect(line).toMatch(/^first round 1 {2}labels 16 .* \(\d s left\)$/);
  expect(lines.map((line) => /\((\d) s left\)$/.exec(line)?.[1])).toEqual(['2', '1', '0']);
});

test('createRunProgress() tells no time that people would have to keep', () => {
  const [first, second, last] = notesOf('file');
  expect(first).toMatch(/\(2 rounds left, as fast as people label\)$/);
  expect(second).toMatch(/\(1 round left, as fast as people label\)$/);
  expect(last).toMatch(/\(0 s left\)$/);
});
