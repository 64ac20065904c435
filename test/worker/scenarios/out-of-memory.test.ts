import { expect, it } from 'vitest';
import { workerEcho } from '../../../src/protocol/operations/worker-echo.ts';
import { workerStats } from '../../../src/protocol/operations/worker-stats.ts';
import { float32Tensor } from '../../../src/worker/tensors/tensor.ts';
import { changedPackage, failureOf, fakePython, startTestWorker } from '../test-worker.ts';

const LIMIT_MIB = 1024;
const echo = { text: 'x', holdMs: 0, fail: null };

/** A worker whose address space is limited, and whose echo takes `fail` as the number of MiB to fill first. */
const startGreedyWorker = () =>
  startTestWorker({
    python: fakePython(`ulimit -v ${LIMIT_MIB * 1024}\nexec "$PYTHON" "$@"`),
    packageDir: changedPackage('operations/worker_echo.py', (text) =>
      text.replace(
        'raise RuntimeError(params.fail)',
        'return Reply(WorkerEchoData(text=str(len(b"x" * (int(params.fail) << 20)))))',
      ),
    ),
  });

it('a job that runs out of memory ends with OOM_CPU, which may be tried again, and the worker goes on', async () => {
  const worker = await startGreedyWorker();
  const failure = await failureOf(worker.call(workerEcho, { ...echo, fail: String(2 * LIMIT_MIB) }));
  expect(failure).toMatchObject({ code: 'OOM_CPU', kind: 'worker' });
  expect(failure.message).toContain('memory is exhausted, a smaller batch is needed');
  expect((await worker.call(workerEcho, { ...echo, fail: '1' })).data.text).toBe(String(1 << 20));
  await worker.close();
});

it('a worker that cannot even start in its memory is refused with its last words', async () => {
  const failure = await failureOf(startTestWorker({ python: fakePython('ulimit -v 20000\nexec "$PYTHON" "$@"') }));
  expect(failure).toMatchObject({ code: 'START_FAILED', kind: 'environment' });
});

it('a request no worker has the memory to receive ends with a typed failure, not with silence', async () => {
  const worker = await startTestWorker({
    python: fakePython('ulimit -v 420000\nexec "$PYTHON" "$@"'),
    packageDir: changedPackage('server/links/link.py', (text) =>
      text.replace('_PATIENCE_MS = 20_000', '_PATIENCE_MS = 200'),
    ),
    restartDelayMs: 1,
  });
  const large = { large: float32Tensor(new Float32Array(16 << 20)) };
  const failures = await Promise.all([1, 2].map(() => failureOf(worker.call(workerStats, {}, large))));
  for (const { code } of failures) expect(['POISON', 'OOM_CPU', 'WORKER_LOST']).toContain(code);
  await worker.close();
});
