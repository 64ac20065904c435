import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { workerEcho } from '../src/protocol/operations/worker-echo.ts';
import { openStream } from '../src/random/stream.ts';
import { startWorker } from '../src/worker/client.ts';
import { float32Tensor } from '../src/worker/tensors/tensor.ts';
import { memoryOf, row } from './measure.ts';

// Many gigabytes through one worker and back, 1 to 64 MiB a call; the memory of both sides must stay flat:
// `tsx bench/soak.ts [GIGABYTES=20]`. Exit status 1 when it does not.

const GREATEST_GROWTH = 0.05;
const SIZES_MIB = [1, 2, 4, 8, 16, 32, 64];
/** Rows of the table; the first ones are warm-up. */
const PARTS = 10;
const WARM_UP_PARTS = 3;
const gigabytes = Number(process.argv[2] ?? 20);
const directory = mkdtempSync(join(tmpdir(), 'balpm-soak-'));
const worker = await startWorker({
  python: resolve('.venv/bin/python'),
  packageDir: resolve('.'),
  device: 'cpu',
  threads: 1,
  logFile: join(directory, 'worker.log'),
});
const values = new Float32Array((64 << 20) / 4).fill(1);
const stream = openStream(['soak']);
const peaks: (readonly number[])[] = [];
console.log(row('GB through the worker', 'seconds', 'orchestrator MiB', 'worker MiB'));
const begun = performance.now();
for (let part = 1; part <= PARTS; part += 1) {
  peaks.push(await send((gigabytes * 1e9) / PARTS));
  const [own, other] = peaks.at(-1) ?? [];
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(row(((gigabytes * part) / PARTS).toFixed(1), seconds, (own ?? 0).toFixed(0), (other ?? 0).toFixed(0)));
}
await worker.close();
rmSync(directory, { recursive: true });
const growths = [0, 1].map(growth);
console.log(`growth after warm-up: ${growths.map((share) => `${(100 * share).toFixed(1)} %`).join(' and ')}`);
process.exitCode = growths.every((share) => share <= GREATEST_GROWTH) ? 0 : 1;

/** Sends and gets back that many bytes in all; gives the greatest memory seen after a call. */
async function send(bytes: number): Promise<readonly number[]> {
  let peak: readonly number[] = [0, 0];
  for (let left = bytes; left > 0; ) {
    const length = ((SIZES_MIB[stream.below(SIZES_MIB.length)] as number) << 20) / 4;
    const part = float32Tensor(values.subarray(0, length));
    const answer = await worker.call(workerEcho, { text: '', holdMs: 0, fail: null }, { part });
    if (answer.tensors['part']?.values.length !== length) throw new Error('Cannot go on: another array came back');
    left -= 2 * 4 * length;
    peak = memoryOf(worker.hello.pid).map((value, side) => Math.max(value, peak[side] ?? 0));
  }
  return peak;
}

/** How much the greatest memory of the last part is above that of the warm-up. */
function growth(side: number): number {
  const warm = Math.max(...peaks.slice(0, WARM_UP_PARTS).map((peak) => peak[side] ?? 0));
  return ((peaks.at(-1)?.[side] ?? 0) - warm) / warm;
}
