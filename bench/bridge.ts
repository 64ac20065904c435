import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { workerEcho } from '../src/protocol/operations/worker-echo.ts';
import { workerStats } from '../src/protocol/operations/worker-stats.ts';
import { startWorker, type WorkerClient } from '../src/worker/client.ts';
import { float32Tensor, type Tensors } from '../src/worker/tensors/tensor.ts';
import { WorkerFailure } from '../src/worker/worker-failure.ts';
import { watchLateness } from '../test/support/watch-lateness.ts';
import { memoryOf, quantile, row, time } from './measure.ts';
import { openHttpPeer } from './peers/http-peer.ts';
import type { Peer } from './peers/peer.ts';
import { openPythoniaPeer } from './peers/pythonia-peer.ts';
import { openZeromqPeer } from './peers/zeromq-peer.ts';

// What the way to the worker costs, beside other ways: `tsx bench/bridge.ts [PYTHON]`.

const SMALL_CALLS = 3000;
const WARM_UP_CALLS = 500;
const LARGE_CALLS = 9;
const STARTS = 7;
const TEXT = 'x'.repeat(700);
const python = process.argv[2] ?? resolve('.venv/bin/python');
const directory = mkdtempSync(join(tmpdir(), 'balpm-bench-'));

const start = (): Promise<WorkerClient> =>
  startWorker({ python, packageDir: resolve('.'), device: 'cpu', threads: 1, logFile: join(directory, 'worker.log') });

const echo = (worker: WorkerClient, tensors: Tensors, text = TEXT) =>
  worker.call(workerEcho, { text, holdMs: 0, fail: null }, tensors);

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, node ${process.version}`);
await measureStarts();
const worker = await start();
console.log(row('\nsmall call (700 bytes each way)', 'p50 ms', 'p99 ms', 'worst loop ms'));
await measureSmall({
  name: 'balpm, full protocol',
  echo: (text) => echo(worker, {}, text),
  close: async () => undefined,
});
for (const open of [openZeromqPeer, openHttpPeer, openPythoniaPeer]) await measureSmall(await open(python));
console.log(row('\narrays (float32)', 'p50 ms', 'GiB/s', 'worst loop ms'));
for (const mebibytes of [1, 64, 256]) await measureLarge(worker, mebibytes);
await worker.close();
rmSync(directory, { recursive: true });

async function measureStarts(): Promise<void> {
  const ready: number[] = [];
  for (let index = 0; index < STARTS; index += 1) {
    const begun = performance.now();
    const one = await start();
    ready.push(performance.now() - begun);
    await one.close();
  }
  const sorted = ready.toSorted((a, b) => a - b);
  console.log(row(`worker without torch ready, p50 of ${STARTS}`, `${quantile(sorted, 0.5).toFixed(0)} ms`));
}

async function measureSmall(peer: Peer): Promise<void> {
  await time(WARM_UP_CALLS, () => peer.echo(TEXT));
  const lateness = watchLateness();
  const times = await time(SMALL_CALLS, () => peer.echo(TEXT));
  const worst = lateness.stop();
  await peer.close();
  console.log(
    row(peer.name, ...[quantile(times, 0.5), quantile(times, 0.99)].map((ms) => ms.toFixed(3)), worst.toFixed(1)),
  );
}

async function measureLarge(client: WorkerClient, mebibytes: number): Promise<void> {
  const large = { large: float32Tensor(new Float32Array((mebibytes << 20) / 4).fill(1)) };
  const before = memoryOf(client.hello.pid);
  try {
    await time(2, () => echo(client, large));
  } catch (error) {
    if (!(error instanceof WorkerFailure && error.code === 'TOO_LARGE')) throw error;
    console.log(row(`${mebibytes} MiB`, 'not yet'));
    return;
  }
  const lateness = watchLateness();
  const there = await time(LARGE_CALLS, () => client.call(workerStats, {}, large));
  const both = await time(LARGE_CALLS, () => echo(client, large));
  const worst = lateness.stop().toFixed(1);
  console.log(row(`${mebibytes} MiB to the worker`, ...rates(mebibytes, there), worst));
  console.log(row(`${mebibytes} MiB there and back`, ...rates(2 * mebibytes, both), worst));
  const memory = [...before, ...memoryOf(client.hello.pid)].map((value) => value.toFixed(0));
  console.log(
    row('  memory MiB, before and after', `${memory[0]} → ${memory[2]}`, `worker ${memory[1]} → ${memory[3]}`),
  );
}

function rates(mebibytes: number, times: readonly number[]): string[] {
  const median = quantile(times, 0.5);
  return [median.toFixed(1), (mebibytes / 1024 / (median / 1000)).toFixed(2)];
}
