import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { openWorkbench } from '../../../src/experiment/open-workbench.ts';
import { openOwnModel } from '../../../src/loop/model/own-model.ts';
import { createRoundModel } from '../../../src/loop/model/posterior-model.ts';
import type { RunState } from '../../../src/loop/state.ts';
import { INITIAL_STATE } from '../../../src/loop/state.ts';
import type { Workbench } from '../../../src/loop/workbench.ts';
import { makeScratch } from '../../support/balpm.ts';
import { writeOwnModel } from '../../support/own-model.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';
import { failureOf, startTestWorker } from '../../worker/test-worker.ts';

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const open: { close: () => Promise<void> }[] = [];
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  scratch.remove();
});

/** A workbench in a directory of its own, and how often each operation was asked for so far. */
async function openBench(name: string, overrides: readonly string[]) {
  const { config: experiment } = await loadConfig(config, overrides);
  const root = join(scratch.path, name);
  const calls = join(root, 'calls.jsonl');
  const work = join(root, 'work');
  const bench = openWorkbench({
    worker: experiment.worker,
    cacheDir: experiment.output.dir,
    workerLog: join(root, 'worker.log'),
    connectionFile: join(root, 'worker/connection.json'),
    calls,
    work,
    signal: new AbortController().signal,
    note: () => undefined,
  });
  open.push(bench);
  return { experiment, bench, work, count: (op: string) => countOf(calls, op) };
}

const countOf = (calls: string, op: string): number =>
  readFileSync(calls, 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => (JSON.parse(line) as { op?: string }).op === op).length;

test('openOwnModel() tells code, file, line and traceback of a file that fails', async () => {
  const overrides = writeOwnModel(scratch.path, '\nraise OSError("no weights")\n', 'failing.py:Heads');
  const loaded = await loadConfig(config, overrides);
  const client = await startTestWorker();
  open.push(client);
  const workbench = { worker: () => Promise.resolve(client) } as Partial<Workbench> as Workbench;
  const failure = await failureOf(openOwnModel(loaded.config, workbench));
  expect(failure).toMatchObject({
    code: 'USER_CODE',
    exitStatus: 5,
    details: {
      file: join(scratch.path, 'failing.py'),
      line: '2',
      traceback: expect.stringMatching(/failing\.py", line 2, in <module>[^]*OSError: no weights/),
    },
  });
});

describe('createRoundModel()', () => {
  const kinds = [
    ['a deep ensemble', 'posterior.fit', [] as readonly string[]],
    ['a Laplace last layer', 'posterior.fit', ['posterior.type=laplace']],
    ['a model of the user', 'external.fit', writeOwnModel(scratch.path)],
  ] as const;

  test.each(kinds.flatMap((kind) => [true, false].map((isKept) => [...kind, isKept] as const)))(
    'predicts with %s when the worker was killed after %s, kept on disk or not',
    async (what, fit, overrides, isKept) => {
      const { experiment, bench, work, count } = await openBench(`${what}-${isKept}`, overrides);
      const problem = await bench.prepare(experiment);
      const ownModel = await openOwnModel(experiment, bench);
      const labelled = problem.pool.ids
        .slice(0, 30)
        .map((id, index) => ({ id, preferred: index % 3 ? 'a' : 'b' }) as const);
      const state: RunState = { ...INITIAL_STATE, labelled };
      const parts = { config: experiment, problem, workbench: bench, ownModel };
      const posterior = await createRoundModel(parts).fit(1, state);
      const before = await posterior.predict(problem.pool.pairs);
      process.kill((await bench.worker()).hello.pid, 'SIGKILL');
      if (!isKept) rmSync(join(work, 'posteriors'), { recursive: true });
      expect(await posterior.predict(problem.pool.pairs)).toEqual(before);
      expect(before.logits).toHaveLength(before.samples * problem.pool.ids.length);
      expect(count(fit)).toBe(isKept ? 1 : 2);
    },
  );
});
