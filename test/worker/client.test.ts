import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/base/text/canonical-json.ts';
import { workerEcho } from '../../src/protocol/operations/worker-echo.ts';
import { workerStats } from '../../src/protocol/operations/worker-stats.ts';
import type { WorkerClient } from '../../src/worker/client.ts';
import { int32Tensor, type Tensors, valuesOf } from '../../src/worker/tensors/tensor.ts';
import { changedPackage, failureOf, isRunning, startTestWorker } from './test-worker.ts';

let worker: WorkerClient;
beforeAll(async () => {
  worker = await startTestWorker();
});
afterAll(() => worker.close());

const echo = (text: string, holdMs = 0) => ({ text, holdMs, fail: null });

const throwMistake = (): never => {
  throw new Error('a mistake of the caller');
};

describe('call()', () => {
  it('gives what the worker holds', async () => {
    const { data } = await worker.call(workerStats, {});
    expect(data).toMatchObject({ stores: [], posteriors: 0, threads: 1, device: 'cpu' });
  });

  it('brings text and arrays of every type back unchanged', async () => {
    const tensors: Tensors = {
      f32: { dtype: 'float32', shape: [2, 2], values: new Float32Array([Number.NaN, -0, Infinity, 1e-45]) },
      f16: { dtype: 'float16', shape: [1], values: new Uint16Array([0x3c00]) },
      f64: { dtype: 'float64', shape: [], values: new Float64Array([Math.PI]) },
      i32: { dtype: 'int32', shape: [0, 2], values: new Int32Array(0) },
      i64: { dtype: 'int64', shape: [2], values: new BigInt64Array([2n ** 62n, -1n]) },
      u8: { dtype: 'uint8', shape: [3], values: new Uint8Array([0, 127, 255]) },
      bool: { dtype: 'bool', shape: [2], values: new Uint8Array([1, 0]) },
    };
    const answer = await worker.call(workerEcho, echo('é 😀 \u2028 "\\'), tensors);
    expect(answer.data.text).toBe('é 😀 \u2028 "\\');
    expect(answer.tensors).toEqual(tensors);
  });

  it('keeps 50 calls of 16 MiB at once apart', async () => {
    const calls = Array.from({ length: 50 }, (_, index) => {
      const values = new Int32Array(4 << 20).fill(index);
      return worker.call(workerEcho, echo(`call ${index}`), { values: int32Tensor(values) });
    });
    for (const [index, { data, tensors }] of (await Promise.all(calls)).entries()) {
      expect(data.text).toBe(`call ${index}`);
      expect(valuesOf(tensors, 'values', 'int32').every((value) => value === index)).toBe(true);
    }
  }, 60_000);

  it('reports progress', async () => {
    const seen: number[] = [];
    await worker.call(workerEcho, echo('x', 100), {}, { onProgress: ({ done }) => seen.push(done) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it('rejects with what onProgress throws', async () => {
    await expect(worker.call(workerEcho, echo('x', 100), {}, { onProgress: throwMistake })).rejects.toThrow(
      'a mistake of the caller',
    );
  });

  it('rejects with the code of a Python exception, whose traceback is in the log', async () => {
    const failure = await failureOf(worker.call(workerEcho, { ...echo('x'), fail: 'boom' }));
    expect(failure).toMatchObject({ code: 'INTERNAL', kind: 'worker' });
    expect(failure.message).toContain("Cannot run 'worker.echo': RuntimeError: boom");
    expect(failure.message).toContain(worker.logFile);
    expect(failure.details.traceback).toContain('worker_echo.py');
    await expect.poll(() => readFileSync(worker.logFile, 'utf8')).toContain('RuntimeError: boom');
  });

  it('refuses wrong parameters by field before sending', async () => {
    const failure = await failureOf(worker.call(workerEcho, { ...echo('x'), holdMs: -1 }));
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT', kind: 'usage' });
    expect(failure.message).toContain("field 'holdMs'");
  });

  it.each([
    ['a key that is none', {}, { key: 'short' }, "its key is 'short'"],
    ['a tensor with a space in its name', { 'a b': int32Tensor(Int32Array.of(1)) }, {}, "a tensor is named 'a b'"],
    ['a shape that does not hold the values', { a: int32Tensor(Int32Array.of(1), [2]) }, {}, 'shape [2]'],
  ])('refuses %s before sending', async (_what, tensors: Tensors, options, text) => {
    const failure = await failureOf(worker.call(workerEcho, echo('x'), tensors, options));
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(text) });
  });

  it('refuses a header beyond 1 MiB before sending', async () => {
    const failure = await failureOf(worker.call(workerEcho, echo('x'.repeat(1 << 20))));
    expect(failure.code).toBe('TOO_LARGE');
  });

  it('rejects when the answer cannot be read', async () => {
    const packageDir = changedPackage('server/replies.py', (text) => text.replace('=finished.wall_ms', '=-1.0'));
    const own = await startTestWorker({ packageDir });
    const failure = await failureOf(own.call(workerStats, {}));
    expect(failure.code).toBe('BAD_MESSAGE');
    expect(failure.message).toContain("field 'wallMs'");
    await own.close();
  });

  it('names an operation the worker does not have', async () => {
    const failure = await failureOf(worker.call({ ...workerEcho, version: 2 }, echo('x')));
    expect(failure.message).toBe(
      "Cannot run 'worker.echo' version 2: this worker has version 1, the same package on both sides is needed",
    );
  });
});

describe('call() with a signal', () => {
  it('cancels what runs', async () => {
    const abort = new AbortController();
    const onProgress = (): void => abort.abort();
    const failure = await failureOf(
      worker.call(workerEcho, echo('x', 600_000), {}, { signal: abort.signal, onProgress }),
    );
    expect(failure).toMatchObject({ code: 'CANCELLED', kind: 'stopped' });
  });

  it('cancels what waits, in the worker and before', async () => {
    const running = new AbortController();
    const waiting = new AbortController();
    const first = worker.call(workerEcho, echo('x', 600_000), {}, { signal: running.signal });
    const others = [1, 2, 3].map(() => worker.call(workerEcho, echo('x'), {}, { signal: waiting.signal }));
    const failures = Promise.all([first, ...others].map(failureOf));
    waiting.abort();
    running.abort();
    expect((await failures).map(({ code }) => code)).toEqual(Array(4).fill('CANCELLED'));
  });

  it('changes nothing when what it could cancel has finished', async () => {
    const abort = new AbortController();
    const { data } = await worker.call(workerEcho, echo('done'), {}, { signal: abort.signal });
    abort.abort();
    expect(data.text).toBe('done');
    expect((await worker.call(workerEcho, echo('next'))).data.text).toBe('next');
  });

  it('sends nothing when aborted before', async () => {
    const failure = await failureOf(worker.call(workerEcho, echo('x'), {}, { signal: AbortSignal.abort() }));
    expect(failure.code).toBe('CANCELLED');
  });
});

describe('call() with a deadline', () => {
  it('may have one that is weeks away', async () => {
    const { data } = await worker.call(workerEcho, echo('x'), {}, { deadlineMs: 30 * 86_400_000 });
    expect(data.text).toBe('x');
  });

  it('ends with DEADLINE', async () => {
    const failure = await failureOf(worker.call(workerEcho, echo('x', 600_000), {}, { deadlineMs: 50 }));
    expect(failure.code).toBe('DEADLINE');
  });
});

describe('call() with a key', () => {
  it('does the work once for calls at the same time and later', async () => {
    const key = sha256('one piece of work');
    const ask = () => worker.call(workerEcho, echo('x', 50), {}, { key });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second?.wallMs).toBe(first?.wallMs);
    expect(await ask()).toMatchObject({ cached: true, data: { text: 'x' }, wallMs: first?.wallMs });
  });

  it('refuses the key of other work', async () => {
    const key = sha256('another piece of work');
    const [, other] = await Promise.allSettled([
      worker.call(workerEcho, echo('x', 100), {}, { key }),
      worker.call(workerEcho, echo('y', 100), {}, { key }),
    ]);
    expect(other).toMatchObject({ status: 'rejected', reason: { code: 'KEY_CONFLICT' } });
    const later = await failureOf(worker.call(workerEcho, echo('z'), {}, { key }));
    expect(later.code).toBe('KEY_CONFLICT');
  });
});

describe('close()', () => {
  it('lets a running call finish, ends the process, and rejects later calls', async () => {
    const own = await startTestWorker();
    const call = own.call(workerEcho, echo('last', 200));
    await own.close();
    expect((await call).data.text).toBe('last');
    expect(isRunning(own.hello.pid)).toBe(false);
    expect(await failureOf(own.call(workerStats, {}))).toMatchObject({ code: 'UNAVAILABLE' });
    await own.close();
  });

  it('lets several calls made just before it finish', async () => {
    for (let times = 0; times < 5; times += 1) {
      const own = await startTestWorker();
      const calls = [1, 2].map((number) => own.call(workerEcho, echo(`last ${number}`)));
      await own.close();
      expect((await Promise.all(calls)).map(({ data }) => data.text)).toEqual(['last 1', 'last 2']);
    }
  });

  it('loses no answer when its worker has ended before this process looks', async () => {
    const own = await startTestWorker();
    await own.call(workerEcho, echo('warm'));
    const call = own.call(workerEcho, echo('last', 300));
    const closed = own.close();
    await setImmediate();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    await closed;
    expect((await call).data.text).toBe('last');
  });

  it('cancels a call that does not finish in time', async () => {
    const own = await startTestWorker();
    const call = failureOf(own.call(workerEcho, echo('x', 600_000)));
    await own.close(50);
    expect((await call).code).toBe('CANCELLED');
  });
});
