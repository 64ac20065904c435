import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workerEcho } from '../../../src/protocol/operations/worker-echo.ts';
import { workerStats } from '../../../src/protocol/operations/worker-stats.ts';
import { startWorker, type WorkerClient, type WorkerOptions } from '../../../src/worker/client.ts';
import { float32Tensor, type Tensors, valuesOf } from '../../../src/worker/tensors/tensor.ts';
import { changedPackage, failureOf, newDirectory, startTestWorker } from '../test-worker.ts';

const MIB = 1 << 20;
const echo = (text = 'x', holdMs = 0) => ({ text, holdMs, fail: null });

/** Values that differ everywhere, NaN payloads among them. */
function noise(mebibytes: number): Float32Array {
  const words = new Uint32Array((mebibytes * MIB) / 4);
  for (let index = 0; index < words.length; index += 1) words[index] = Math.imul(index, 2_654_435_761);
  return new Float32Array(words.buffer);
}

const sameBytes = (a: Tensors, b: Tensors): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, { values, shape, dtype }]) => {
    const other = b[name];
    const bytesOf = (array: ArrayBufferView) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
    return (
      other?.dtype === dtype &&
      other.shape.join() === shape.join() &&
      Buffer.compare(bytesOf(values), bytesOf(other.values)) === 0
    );
  });

/** The files under a directory that are not locks. */
const filesIn = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'lock')
        .map(({ name }) => name)
    : [];

/** Runs `use` with a worker whose places are new directories, and checks that nothing is left of it. */
async function withWorker(
  options: Partial<WorkerOptions>,
  use: (worker: WorkerClient, places: { memory: string; runDir: string }) => Promise<void>,
): Promise<void> {
  const places = { memory: newDirectory(), runDir: newDirectory() };
  const worker = await startTestWorker({ sharedMemory: places.memory, runDir: places.runDir, ...options });
  try {
    await use(worker, places);
  } finally {
    await worker.close();
  }
  expect(filesIn(places.memory)).toEqual([]);
  expect(readdirSync(places.memory)).toEqual([]);
  expect(existsSync(join(places.runDir, 'tensors'))).toBe(false);
}

describe('arrays beyond 64 MiB', () => {
  it('go and come back through shared memory, bit for bit, and leave no file', async () => {
    const worker = await startTestWorker({});
    for (const mebibytes of [65, 256]) {
      const tensors = { large: float32Tensor(noise(mebibytes)) };
      const answer = await worker.call(workerEcho, echo(), tensors);
      expect(sameBytes(answer.tensors, tensors)).toBe(true);
    }
    await worker.close();
    expect(readdirSync('/dev/shm').filter((name) => name === `balpm-${worker.hello.session}`)).toEqual([]);
  });

  it('go through the run directory without shared memory', async () => {
    await withWorker({ sharedMemory: null }, async (worker, { runDir }) => {
      const tensors = { large: float32Tensor(noise(80), [20, MIB]) };
      const answer = await worker.call(workerEcho, echo(), tensors);
      expect(sameBytes(answer.tensors, tensors)).toBe(true);
      await expect.poll(() => filesIn(runDir), { timeout: 30_000 }).toEqual([]);
    });
  });

  it('mix with small, empty and odd ones in one message', async () => {
    await withWorker({}, async (worker) => {
      const tensors: Tensors = {
        empty: float32Tensor(new Float32Array(0), [0, 5]),
        first: float32Tensor(noise(40)),
        bytes: { dtype: 'uint8', shape: [3], values: new Uint8Array([1, 2, 3]) },
        second: { dtype: 'int64', shape: [5 * MIB], values: new BigInt64Array(noise(40).buffer) },
        scalar: { dtype: 'float64', shape: [], values: new Float64Array([Math.E]) },
        10: float32Tensor(noise(2)),
      };
      const answer = await worker.call(workerEcho, echo(), tensors);
      expect(sameBytes(answer.tensors, tensors)).toBe(true);
    });
  });

  it('keep the order of calls, even when the worker is closed at once', async () => {
    await withWorker({}, async (worker) => {
      const order: string[] = [];
      const call = (name: string, tensors: Tensors = {}) =>
        worker.call(workerEcho, echo(name), tensors).then(() => order.push(name));
      const calls = [call('large', { large: float32Tensor(noise(65)) }), call('small')];
      await Promise.all([worker.close(20_000), ...calls]);
      expect(order.toSorted()).toEqual(['large', 'small']);
    });
  });

  it('are all read when the worker ends right after its answer', async () => {
    const own = await startTestWorker();
    const three = Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [name, float32Tensor(new Float32Array(20 << 20).fill(1))]),
    );
    const call = own.call(workerEcho, { text: '', holdMs: 0, fail: null }, three);
    await own.close(20_000);
    const { tensors } = await call;
    for (const name of ['a', 'b', 'c']) expect(valuesOf(tensors, name, 'float32').at(-1)).toBe(1);
  });

  it('fail with TOO_LARGE when there is no place for them, and the worker goes on', async () => {
    const places = { sharedMemory: null };
    const worker = await startTestWorker(places);
    const large = float32Tensor(new Float32Array(17 * MIB));
    const failure = await failureOf(worker.call(workerEcho, echo(), { large }));
    expect(failure.code).toBe('TOO_LARGE');
    expect(failure.message).toContain("tensor 'large' of a request for 'worker.echo': it takes 71303168 bytes");
    expect((await worker.call(workerEcho, echo('still'))).data.text).toBe('still');
    await worker.close();
  });

  it('are each reader’s own when two calls share one piece of work', async () => {
    await withWorker({}, async (worker) => {
      const tensors = { large: float32Tensor(noise(65)) };
      const ask = () => worker.call(workerEcho, echo('x', 200), tensors, { key: 'content' });
      const answers = await Promise.all([ask(), ask(), ask()]);
      for (const answer of answers) expect(sameBytes(answer.tensors, tensors)).toBe(true);
      expect(sameBytes((await ask()).tensors, tensors)).toBe(true);
    });
  });

  it('have no key but that of their content', async () => {
    await withWorker({}, async (worker) => {
      const options = { key: 'a'.repeat(64) };
      const failure = await failureOf(worker.call(workerEcho, echo(), { large: float32Tensor(noise(65)) }, options));
      expect(failure).toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining("the key 'content'"),
      });
    });
  });

  it('tell requests apart that have the key of their content', async () => {
    await withWorker({}, async (worker) => {
      const ask = (fill: number) =>
        worker.call(
          workerStats,
          {},
          { large: float32Tensor(new Float32Array(17 * MIB).fill(fill)) },
          { key: 'content' },
        );
      for (const { data } of await Promise.all([ask(1), ask(2), ask(1)])) expect(data.threads).toBe(1);
    });
  });

  it('leave nothing when the call is cancelled or fails', async () => {
    await withWorker({}, async (worker, { memory }) => {
      const tensors = { large: float32Tensor(noise(65)) };
      const abort = new AbortController();
      const onProgress = (): void => abort.abort();
      const running = worker.call(workerEcho, echo('x', 600_000), tensors, { signal: abort.signal, onProgress });
      const early = new AbortController();
      const waiting = worker.call(workerEcho, echo(), tensors, { signal: early.signal });
      early.abort();
      expect((await failureOf(waiting)).code).toBe('CANCELLED');
      expect((await failureOf(running)).code).toBe('CANCELLED');
      expect((await failureOf(worker.call(workerEcho, { ...echo(), fail: 'boom' }, tensors))).code).toBe('INTERNAL');
      await expect.poll(() => filesIn(memory), { timeout: 30_000 }).toEqual([]);
    });
  });

  it('leave nothing when the worker is killed in the middle', async () => {
    await withWorker({ restarts: 0 }, async (worker, { memory }) => {
      const tensors = { large: float32Tensor(noise(65)) };
      const onProgress = (): void => void process.kill(worker.hello.pid, 'SIGKILL');
      const failure = await failureOf(worker.call(workerEcho, echo('x', 600_000), tensors, { onProgress }));
      expect(failure.code).toBe('WORKER_LOST');
      await expect.poll(() => readdirSync(memory), { timeout: 30_000 }).toEqual([]);
    });
  });

  it('are refused when a file of the answer is not in a directory of the session', async () => {
    const packageDir = changedPackage('server/replies.py', (text) =>
      text
        .replace('tensors=finished.tensors,', 'tensors=[_elsewhere(spec) for spec in finished.tensors],')
        .concat(
          '\n\ndef _elsewhere(spec):\n    return msgspec.structs.replace(spec, loc=wire.FileLocation(path="/etc/hostname", offset=0, sha256=None))\n',
        ),
    );
    const worker = await startTestWorker({ packageDir, sharedMemory: newDirectory() });
    const failure = await failureOf(worker.call(workerEcho, echo(), { large: float32Tensor(noise(65)) }));
    expect(failure.code).toBe('BAD_MESSAGE');
    expect(failure.message).toContain("file '/etc/hostname' is not in a directory of this session");
    expect(existsSync('/etc/hostname')).toBe(true);
    await worker.close();
  });
});

describe('the directories of a session', () => {
  it('go with a worker whose orchestrator is killed, and are swept after both are', async () => {
    const memory = newDirectory();
    const script = `
      import { startTestWorker } from './test/worker/test-worker.ts';
      const worker = await startTestWorker({ sharedMemory: '${memory}' });
      if (process.argv.at(-1) === 'both') process.kill(worker.hello.pid, 'SIGKILL');
      process.kill(process.pid, 'SIGKILL');`;
    for (const mode of ['orchestrator', 'both']) {
      const run = () =>
        execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, mode], {
          stdio: 'ignore',
        });
      expect(run).toThrow();
      if (mode === 'orchestrator') await expect.poll(() => readdirSync(memory), { timeout: 10_000 }).toEqual([]);
    }
    expect(readdirSync(memory)).toHaveLength(1);
    for (const name of readdirSync(memory)) utimesSync(join(memory, name), 1, 1); // nobody may be reading there still
    const living = await startTestWorker({ sharedMemory: memory });
    const next = await startTestWorker({ sharedMemory: memory });
    await expect.poll(() => readdirSync(memory), { timeout: 30_000 }).toHaveLength(2);
    await next.call(workerEcho, echo(), { large: float32Tensor(noise(65)) });
    await living.call(workerEcho, echo(), { large: float32Tensor(noise(65)) });
    await living.close();
    await next.close();
    expect(readdirSync(memory)).toEqual([]);
  });

  it('are not made by a start that fails', async () => {
    const sharedMemory = newDirectory();
    const packageDir = changedPackage('protocol/constants.py', (text) =>
      text.replace(/SCHEMA_SHA = ".{8}/, 'SCHEMA_SHA = "00000000'),
    );
    const start = startWorker({
      python: process.env.BALPM_PYTHON ?? '.venv/bin/python',
      packageDir,
      device: 'cpu',
      threads: 1,
      logFile: join(newDirectory(), 'log'),
      sharedMemory,
    });
    expect((await failureOf(start)).code).toBe('HANDSHAKE');
    expect(readdirSync(sharedMemory)).toEqual([]);
  });
});

describe('a run directory without room', () => {
  it('fails with UNWRITABLE on the way back, and leaves nothing', async () => {
    const path = newDirectory();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', path], { stdio: 'pipe' });
    } catch (error) {
      process.stdout.write(`not tested: a disk that is full (${String(error)})\n`);
      return;
    }
    try {
      const worker = await startTestWorker({ sharedMemory: null, runDir: path });
      const large = float32Tensor(noise(65));
      const failure = await failureOf(worker.call(workerEcho, echo(), { large }));
      expect([failure.code, failure.kind]).toEqual(['UNWRITABLE', 'environment']);
      expect(failure.message).toMatch(/tensor 'large' of the result of 'worker.echo': it takes .* has room for \d+/);
      await expect.poll(() => filesIn(path), { timeout: 30_000 }).toEqual([]);
      expect((await worker.call(workerStats, {}, { large })).data.threads).toBe(1);
      await worker.close();
    } finally {
      execFileSync('umount', ['-l', path]);
    }
  });
});
