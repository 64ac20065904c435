import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { workerEcho } from '../../../src/protocol/operations/worker-echo.ts';
import { openStream } from '../../../src/random/stream.ts';
import type { WorkerClient } from '../../../src/worker/client.ts';
import { WorkerFailure } from '../../../src/worker/worker-failure.ts';
import { createHostileMessages } from '../../support/hostile-messages.ts';
import { residentMiB } from '../../support/resident-memory.ts';
import { watchLateness } from '../../support/watch-lateness.ts';
import { fakePython, newDirectory, startTestWorker } from '../test-worker.ts';

const MESSAGES = 100_000;
const STRANGERS = 3;
/** Growth of what this process holds, from 20 % of the messages to all of them; its resident memory comes and goes. */
const GREATEST_GROWTH_MIB = 4;
const GREATEST_RESIDENT_MIB = 64;
/** The longest this process's timers may wait; the machine may be shared. */
const GREATEST_LATENESS_MS = 1000;

it(`an orchestrator outlives ${MESSAGES} hostile messages: typed errors or silence, and calls still work`, async () => {
  const file = join(newDirectory(), 'messages');
  writeMessages(file);
  const python = fakePython(`exec "$PYTHON" '${resolve('test/worker/scenarios/hostile_worker.py')}' '${file}'`);
  const worker = await startTestWorker({ python });
  await flood(worker, 0, MESSAGES / 5);
  const early = heldMiB();
  const earlyResident = residentMiB(process.pid);
  const lateness = watchLateness();
  await flood(worker, MESSAGES / 5, MESSAGES);
  const worstMs = lateness.stop();
  expect(heldMiB() - early).toBeLessThan(GREATEST_GROWTH_MIB);
  expect(residentMiB(process.pid) - earlyResident).toBeLessThan(GREATEST_RESIDENT_MIB);
  expect(worstMs).toBeLessThan(GREATEST_LATENESS_MS);
  await worker.close();
  rmSync(file);
});

/** The call under way may end by what is said in its name, in a typed way; the next one is answered. */
async function flood(worker: WorkerClient, begin: number, end: number): Promise<void> {
  const asked = worker.call(workerEcho, { text: `flood ${begin} ${end}`, holdMs: 0, fail: null });
  await expect(asked).rejects.toBeInstanceOf(WorkerFailure);
  const answer = await worker.call(workerEcho, { text: 'and now', holdMs: 0, fail: null });
  expect(answer.data.text).toBe('and now');
}

function writeMessages(path: string): void {
  const stream = openStream(['hostile-worker']);
  const next = createHostileMessages({ root: 'FromWorker', session: '@SESSION@', id: '@REQUEST@', stream });
  const descriptor = openSync(path, 'w');
  for (let count = 0; count < MESSAGES; count += 1) {
    const frames = next();
    const identity = stream.uniform() < 0.7 ? 0 : 1 + stream.below(STRANGERS);
    const parts = frames.flatMap((frame) => [uint32(frame.length), frame]);
    writeSync(descriptor, Buffer.concat([uint32(identity), uint32(frames.length), ...parts]));
  }
  closeSync(descriptor);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Memory this process still refers to, inside the heap and outside, in MiB. */
function heldMiB(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}
