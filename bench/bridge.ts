import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { workerEcho } from '../src/protocol/operations/worker-echo.ts';
import { workerStats } from '../src/protocol/operations/worker-stats.ts';
import { startWorker, type WorkerClient } from '../src/worker/client.ts';
import { float32Tensor, type Tensors } from '../src/worker/tensor.ts';

// What the way to the worker costs: `tsx bench/bridge.ts [PYTHON]`.

const SMALL_CALLS = 2000;
const LARGE_CALLS = 9;
const STARTS = 5;
const LARGE_MIB = 64;
const directory = mkdtempSync(join(tmpdir(), 'balpm-bench-'));

const start = (): Promise<WorkerClient> =>
  startWorker({
    python: process.argv[2] ?? resolve('.venv/bin/python'),
    packageDir: resolve('.'),
    device: 'cpu',
    threads: 1,
    logFile: join(directory, 'worker.log'),
  });

/** Milliseconds of each of `count` runs, ascending. */
async function time(count: number, run: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const begun = performance.now();
    await run();
    times.push(performance.now() - begun);
  }
  return times.toSorted((a, b) => a - b);
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;

const row = (what: string, value: string): string => `${what.padEnd(46)}${value.padStart(24)}\n`;

const echo = (worker: WorkerClient, tensors: Tensors) =>
  worker.call(workerEcho, { text: 'x'.repeat(300), holdMs: 0, fail: null }, tensors);

const starts = await time(STARTS, async () => (await start()).close());
const ready: number[] = [];
for (let index = 0; index < STARTS; index += 1) {
  const begun = performance.now();
  const one = await start();
  ready.push(performance.now() - begun);
  await one.close();
}

const worker = await start();
await time(200, () => echo(worker, {}));
const small = await time(SMALL_CALLS, () => echo(worker, {}));
const large = { large: float32Tensor(new Float32Array((LARGE_MIB << 20) / 4).fill(1)) };
await time(2, () => echo(worker, large));
const there = await time(LARGE_CALLS, () => worker.call(workerStats, {}, large));
const both = await time(LARGE_CALLS, () => echo(worker, large));
await worker.close();
rmSync(directory, { recursive: true });

const rate = (mebibytes: number, times: readonly number[]): string => {
  const median = quantile(times, 0.5);
  return `${median.toFixed(0)} ms, ${(mebibytes / 1024 / (median / 1000)).toFixed(2)} GiB/s`;
};
process.stdout.write(
  [
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, node ${process.version}\n`,
    row('small call, p50', `${quantile(small, 0.5).toFixed(3)} ms`),
    row('small call, p99', `${quantile(small, 0.99).toFixed(3)} ms`),
    row(`${LARGE_MIB} MiB to the worker, p50`, rate(LARGE_MIB, there)),
    row(`${LARGE_MIB} MiB to the worker and back, p50`, rate(2 * LARGE_MIB, both)),
    row(
      'start until ready, p50',
      `${quantile(
        ready.toSorted((a, b) => a - b),
        0.5,
      ).toFixed(0)} ms`,
    ),
    row('start and stop, p50', `${quantile(starts, 0.5).toFixed(0)} ms`),
  ].join(''),
);
