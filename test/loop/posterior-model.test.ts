import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { openOwnModel } from '../../src/loop/own-model.ts';
import { createRoundModel } from '../../src/loop/posterior-model.ts';
import type { RunState } from '../../src/loop/state.ts';
import { INITIAL_STATE } from '../../src/loop/state.ts';
import { openWorkbench, type Workbench } from '../../src/loop/workbench.ts';
import type { WorkerClient } from '../../src/worker/client.ts';
import { makeScratch } from '../support/balpm.ts';
import { writeOwnModel } from '../support/own-model.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';
import { failureOf, startTestWorker } from '../worker/test-worker.ts';

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const open: { close: () => Promise<void> }[] = [];
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  scratch.remove();
});

/** A workbench whose worker can be replaced by a new process, as supervision does after a death. */
function restartable(bench: Workbench): Workbench & { restart: () => Promise<void> } {
  let worker: Promise<WorkerClient> | undefined;
  const start = () => {
    worker = startTestWorker();
    void worker.then((client) => open.push(client));
    return worker;
  };
  return {
    ...bench,
    worker: () => worker ?? start(),
    restart: async () => {
      process.kill((await (worker ?? start())).hello.pid, 'SIGKILL');
      await (await (worker as Promise<WorkerClient>)).ended;
      await start();
    },
  };
}

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
  test.each([
    ['a deep ensemble', [] as readonly string[]],
    ['a model of the user', writeOwnModel(scratch.path)],
  ])('fits %s again when the worker was killed between fit and prediction', async (_what, overrides) => {
    const loaded = await loadConfig(config, overrides);
    const signal = new AbortController().signal;
    const bench = openWorkbench({
      worker: loaded.config.worker,
      cacheDir: loaded.config.output.dir,
      workerLog: join(scratch.path, 'worker.log'),
      signal,
    });
    open.push(bench);
    const problem = await bench.prepare(loaded.config);
    const workbench = restartable(bench);
    const ownModel = await openOwnModel(loaded.config, workbench);
    const labelled = problem.pool.ids
      .slice(0, 30)
      .map((id, index) => ({ id, preferred: index % 3 ? 'a' : 'b' }) as const);
    const state: RunState = { ...INITIAL_STATE, labelled };
    const posterior = await createRoundModel({ config: loaded.config, problem, workbench, ownModel }).fit(1, state);
    const before = await posterior.predict(problem.pool.pairs);
    await workbench.restart();
    const after = await posterior.predict(problem.pool.pairs);
    expect(after).toEqual(before);
    expect(before.values).toHaveLength(before.samples * problem.pool.ids.length);
  });
});
