import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { workerEcho } from '../src/protocol/operations/worker-echo.ts';
import { workerStats } from '../src/protocol/operations/worker-stats.ts';
import { startWorker, type WorkerClient } from '../src/worker/client.ts';
import { float32Tensor } from '../src/worker/tensors/tensor.ts';

// What large arrays cost on each way they can go: `tsx bench/bulk.ts [PYTHON]`. A whole call each time; the way back is
// the difference between an echo and a call that answers without the array.

const MIB = 1 << 20;
const ROUNDS = 7;
const WAYS = [
  { name: 'frames', mebibytes: 16, sharedMemory: undefined },
  { name: 'frames', mebibytes: 64, sharedMemory: undefined },
  { name: 'shared memory', mebibytes: 65, sharedMemory: undefined },
  { name: 'shared memory', mebibytes: 256, sharedMemory: undefined },
  { name: 'shared memory', mebibytes: 1024, sharedMemory: undefined },
  { name: 'disk', mebibytes: 65, sharedMemory: null },
  { name: 'disk', mebibytes: 256, sharedMemory: null },
] as const;

const directory = mkdtempSync(join(tmpdir(), 'balpm-bench-'));

const start = (sharedMemory: null | undefined): Promise<WorkerClient> =>
  startWorker({
    python: process.argv[2] ?? resolve('.venv/bin/python'),
    packageDir: resolve('.'),
    device: 'cpu',
    threads: 1,
    logFile: join(directory, 'worker.log'),
    runDir: directory,
    ...(sharedMemory === null ? { sharedMemory } : {}),
  });

/** Median milliseconds of some runs, after one that does not count. */
async function medianOf(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index <= ROUNDS; index += 1) {
    const begun = performance.now();
    await run();
    times.push(performance.now() - begun);
  }
  return times.slice(1).toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

const cell = (text: string | number): string => String(text).padStart(14);
const rate = (mebibytes: number, ms: number): string => ((mebibytes / 1024 / ms) * 1000).toFixed(2);

process.stdout.write(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, node ${process.version}\n`);
const heads = ['way', 'MiB', 'there ms', 'GiB/s', 'back ms', 'GiB/s', 'latest ms'];
process.stdout.write(`${heads.map(cell).join('')}\n`);
for (const { name, mebibytes, sharedMemory } of WAYS) {
  const worker = await start(sharedMemory);
  const tensors = { large: float32Tensor(new Float32Array((mebibytes * MIB) / 4).fill(1)) };
  await worker.call(workerEcho, { text: 'x', holdMs: 0, fail: null }, tensors); // numpy is loaded with the first array
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const there = await medianOf(() => worker.call(workerStats, {}, tensors));
  const both = await medianOf(() => worker.call(workerEcho, { text: 'x', holdMs: 0, fail: null }, tensors));
  delay.disable();
  const back = both - there;
  const latest = (delay.max / 1e6).toFixed(1);
  const cells = [
    name,
    mebibytes,
    there.toFixed(0),
    rate(mebibytes, there),
    back.toFixed(0),
    rate(mebibytes, back),
    latest,
  ];
  process.stdout.write(`${cells.map(cell).join('')}\n`);
  await worker.close();
}
rmSync(directory, { recursive: true });
