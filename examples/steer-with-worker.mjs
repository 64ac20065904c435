// The same PyTorch model behind the worker: arrays as they are, progress, cancel, restarts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineOperation, float32Tensor, startWorker, valuesOf, WorkerFailure } from 'balpm';
import { z } from 'zod';

const train = defineOperation({
  name: 'team.train',
  version: 1,
  pure: false, // each call goes on where the last one ended
  stallMs: 60_000,
  file: join(import.meta.dirname, 'two-heads', 'train_operation.py'),
  params: z.strictObject({
    head: z.string(),
    bias: z.number(),
    learningRate: z.number().positive(),
    steps: z.int().min(1),
  }),
  data: z.strictObject({ firstLoss: z.number(), lastLoss: z.number() }),
});
const features = (wave) =>
  float32Tensor(
    Float32Array.from({ length: 32 }, (_, index) => wave((1 + Math.floor(index / 8)) * (index % 8))),
    [4, 8],
  );
const pairs = { chosen: features(Math.cos), rejected: features(Math.sin) };
const params = { head: 'helpful', bias: 1, learningRate: 0.1, steps: 20 };
const show = (text) => process.stdout.write(`${text}\n`);

const logs = mkdtempSync(join(tmpdir(), 'two-heads-'));
const worker = await startWorker({ logFile: join(logs, 'worker.log'), operations: [train] });
try {
  const { data, tensors } = await worker.call(train, params, pairs);
  show(`loss ${data.firstLoss.toFixed(3)} -> ${data.lastLoss.toFixed(3)} nats a pair in ${params.steps} steps`);
  show(`rewards ${tensors.rewards.shape.join(' x ')}, ${valuesOf(tensors, 'rewards', 'float32').length} numbers`);

  // Too much at once: given up at its first sign of progress, and the model is still there.
  const stop = new AbortController();
  const long = { signal: stop.signal, onProgress: () => stop.abort() };
  await worker.call(train, { ...params, steps: 100_000_000 }, pairs, long).catch((error) => {
    if (!(error instanceof WorkerFailure)) throw error;
    show(error.code);
  });
  const more = await worker.call(train, { ...params, steps: 1 }, pairs);
  show(`loss ${more.data.firstLoss < data.lastLoss ? 'went on falling' : 'did not fall'}`);

  await worker.call(train, { ...params, head: 'honest' }, pairs).catch((error) => show(`${error.code}: ${error.message}`));
} finally {
  await worker.close();
  rmSync(logs, { recursive: true });
}
