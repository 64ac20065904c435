import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import * as compare from '../../src/cli/compare/compare.ts';
import * as runs from '../../src/cli/runs/runs.ts';
import { loadConfig } from '../../src/config/load.ts';
import { resumeExperiment, runExperiment } from '../../src/experiment/run-experiment.ts';
import { createRunDirectory, type RunPaths } from '../../src/ledger/run-directory.ts';
import { surveyRuns } from '../../src/ledger/survey-runs.ts';
import { makeScratch } from '../support/balpm.ts';
import { callCommand } from '../support/call-command.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);

async function newRun(id: string): Promise<RunPaths> {
  return createRunDirectory(join(scratch.path, 'runs', id), await loadConfig(config));
}

const LATER: readonly [string, (paths: RunPaths) => string][] = [
  ['metrics.jsonl', ({ metrics }) => metrics],
  ['acquired.jsonl', ({ acquired }) => acquired],
  ['batches.jsonl', ({ batches }) => batches],
  ['labels.jsonl', ({ labelled }) => labelled],
  ['a batch for people', ({ labels }) => join(labels, 'round-000.batch.jsonl')],
  ['DONE', ({ root }) => join(root, 'DONE')],
];

test.each(LATER)('a run with %s and no ledger is not begun again', async (name, pathOf) => {
  const paths = await newRun(name.replaceAll(' ', '-'));
  mkdirSync(paths.labels);
  writeFileSync(pathOf(paths), '{}\n');
  for (const content of [undefined, '', '{"type":"run.started"']) {
    if (content !== undefined) writeFileSync(paths.events, content);
    await expect(resumeExperiment(paths.root)).rejects.toThrow(`Cannot read events '${paths.events}': `);
    expect(readFileSync(pathOf(paths), 'utf8')).toBe('{}\n');
  }
});

test('a run without its ledger is refused by every command', async () => {
  const paths = await newRun('refused');
  writeFileSync(paths.metrics, '{}\n');
  const found = `Cannot read events '${paths.events}': the file does not exist, but '${paths.metrics}' shows`;
  await expect(runExperiment({ config, id: paths.id, orResume: true })).rejects.toThrow(found);
  for (const command of ['show', 'digest']) {
    await expect(callCommand(runs, [command, paths.root])).rejects.toThrow(found);
  }
  await expect(callCommand(compare, [paths.root])).rejects.toThrow(found);
  expect(await surveyRuns(paths.root)).toEqual([{ path: paths.root, problem: expect.stringContaining(found) }]);
});

test('the refusal names what an earlier session kept', async () => {
  const paths = await newRun('kept');
  writeFileSync(paths.metrics, '{}\n');
  writeFileSync(join(paths.root, 'events-lost-n.jsonl'), '');
  await expect(resumeExperiment(paths.root)).rejects.toThrow(
    /restore it \(from '.*events-lost-n.jsonl'\) as 'events.jsonl'/,
  );
});

test('a run that was killed before its first event goes on', async () => {
  const signal = AbortSignal.abort();
  const paths = await newRun('killed');
  for (const name of ['FAILED', 'calls.jsonl', 'env.json']) writeFileSync(join(paths.root, name), '{}\n');
  expect(await resumeExperiment(paths.root, { signal })).toMatchObject({
    status: 'stopped',
    state: { started: false },
  });
});
