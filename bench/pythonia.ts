import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { workerEcho } from '../src/protocol/operations/worker-echo.ts';
import { openPython } from '../src/python-calls/open-python.ts';
import type { OpenPython } from '../src/python-calls/python-call.ts';
import { startWorker, type WorkerClient } from '../src/worker/client.ts';
import { float32Tensor } from '../src/worker/tensors/tensor.ts';
import { watchLateness } from '../test/support/watch-lateness.ts';
import { quantile, row, time } from './measure.ts';

// What a call costs through pythonia (behind the fence) and through the worker: `tsx bench/pythonia.ts [PYTHON]`.
// Answers are checked on both ways: by the fence and zod, and by the protocol.

const STARTS = 7;
const TEXT = 'x'.repeat(700);
const LARGE_TEXT = 'x'.repeat(4 * 2 ** 20);
const python = process.argv[2] ?? resolve('.venv/bin/python');
const directory = mkdtempSync(join(tmpdir(), 'balpm-bench-'));
const file = join(directory, 'echo.py');
writeFileSync(file, 'def echo(value):\n    return value\n');

const openWorker = (): Promise<WorkerClient> =>
  startWorker({ python, packageDir: resolve('.'), device: 'cpu', threads: 1, logFile: join(directory, 'worker.log') });
const byFence = async (one: OpenPython, value: unknown, answer: z.ZodType): Promise<unknown> =>
  one.invoke({ name: `${file}:echo`, payload: { value }, answer });
const byWorker = (worker: WorkerClient, text: string, values?: Float32Array): Promise<unknown> =>
  worker.call(workerEcho, { text, holdMs: 0, fail: null }, values ? { values: float32Tensor(values) } : {});

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, node ${process.version}`);
console.log(row('', 'pythonia p50', 'p99 ms', 'worst loop', 'worker p50', 'p99 ms', 'worst loop'));
await measureStarts();
const fence = await openPython(python);
const worker = await openWorker();
const numbers = z.array(z.number());
const [small, large] = [1_000, 100_000].map((count) => Float32Array.from({ length: count }, (_, index) => index / 7));
await compare('small call (700 bytes each way)', 3000, [
  () => byFence(fence, TEXT, z.string()),
  () => byWorker(worker, TEXT),
]);
await compareFloats('1,000 float32 there and back', 500, small as Float32Array);
await compareFloats('100,000 float32 there and back', 25, large as Float32Array);
await compare('4 MiB of text (worker: array) each way', 15, [
  () => byFence(fence, LARGE_TEXT, z.string()),
  () => byWorker(worker, '', new Float32Array(2 ** 20).fill(1)),
]);
await fence.close();
await worker.close();
rmSync(directory, { recursive: true });

async function measureStarts(): Promise<void> {
  const ready: number[][] = [[], []];
  for (let index = 0; index < STARTS; index += 1) {
    for (const [way, open] of [() => openPython(python), openWorker].entries()) {
      const begun = performance.now();
      const one = await open();
      ready[way]?.push(performance.now() - begun);
      await one.close();
    }
  }
  const [first, second] = ready.map((times) => {
    const sorted = times.toSorted((a, b) => a - b);
    return [quantile(sorted, 0.5).toFixed(0), quantile(sorted, 0.99).toFixed(0), ''];
  });
  console.log(row(`start until ready, ${STARTS} times`, ...(first ?? []), ...(second ?? [])));
}

function compareFloats(what: string, count: number, values: Float32Array): Promise<void> {
  return compare(what, count, [() => byFence(fence, Array.from(values), numbers), () => byWorker(worker, '', values)]);
}

/** Both ways in turns of one run, after a warm-up of a tenth. */
async function compare(what: string, count: number, ways: readonly (() => Promise<unknown>)[]): Promise<void> {
  const cells: string[] = [];
  for (const way of ways) {
    await time(Math.ceil(count / 10), way);
    const lateness = watchLateness();
    const times = await time(count, way);
    cells.push(quantile(times, 0.5).toFixed(2), quantile(times, 0.99).toFixed(2), lateness.stop().toFixed(0));
  }
  console.log(row(what, ...cells));
}
