// An operation of one's own: declared here, computed in bradley_terry.py, called like a built-in one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineOperation, int32Tensor, startWorker, valuesOf, WorkerFailure } from 'balpm';
import { z } from 'zod';

const fit = defineOperation({
  name: 'bradley-terry.fit',
  version: 1,
  pure: true,
  stallMs: 60_000,
  file: join(import.meta.dirname, 'bradley_terry.py'),
  params: z.strictObject({
    items: z.int().min(2),
    steps: z.int().min(1),
    learningRate: z.number().positive(),
    ridge: z.number().min(0),
  }),
  data: z.strictObject({ loss: z.number() }),
});
const params = { items: 4, steps: 400, learningRate: 0.1, ridge: 0.05 };
// Who won, who lost: 3 beats all, 1 beats 0 and 2, 2 beats 0 once and loses once.
const pairs = int32Tensor(Int32Array.of(3, 1, 3, 0, 3, 2, 1, 0, 1, 2, 2, 0, 0, 2, 2, 0), [8, 2]);

const logs = mkdtempSync(join(tmpdir(), 'own-operation-'));
const worker = await startWorker({ logFile: join(logs, 'worker.log'), operations: [fit] });
try {
  const { data, tensors } = await worker.call(fit, params, { pairs });
  const strengths = valuesOf(tensors, 'strengths', 'float64');
  const ranking = [0, 1, 2, 3].sort((a, b) => strengths[b] - strengths[a]);
  process.stdout.write(`ranking ${ranking.join(' > ')}, loss ${data.loss.toFixed(3)} nats a pair\n`);

  // A longer fit, given up at its first sign of progress.
  const stop = new AbortController();
  const onProgress = ({ done, total, metrics }) => {
    if (stop.signal.aborted) return;
    process.stdout.write(`step ${done} of ${total}, loss ${metrics.loss.toFixed(3)}, that is enough\n`);
    stop.abort();
  };
  await worker
    .call(fit, { ...params, steps: 100_000_000 }, { pairs }, { signal: stop.signal, onProgress })
    .catch((error) => process.stdout.write(`${error.code}: ${error.message}\n`));

  // A mistake in the pairs is told by the Python file, with its own words.
  const wrong = int32Tensor(Int32Array.of(3, 7), [1, 2]);
  await worker.call(fit, params, { pairs: wrong }).catch((error) => {
    if (!(error instanceof WorkerFailure)) throw error;
    process.stdout.write(`${error.code}: ${error.message}\n`);
  });
} finally {
  await worker.close();
  rmSync(logs, { recursive: true });
}
