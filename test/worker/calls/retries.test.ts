import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/protocol/errors.ts';
import { workerStats } from '../../../src/protocol/operations/worker-stats.ts';
import { type PreparedRequest, prepareRequest } from '../../../src/worker/calls/encode-request.ts';
import { Retries } from '../../../src/worker/calls/retries.ts';
import { type Retry, WorkerFailure } from '../../../src/worker/worker-failure.ts';

const request = () =>
  prepareRequest({ operation: workerStats, params: {}, tensors: {}, options: {} }) as PreparedRequest; // only keys of large contents take a while
const failure = (code: ErrorCode, retry: Retry) => new WorkerFailure(code, code, {}, { retry });
const triesOf = (attempts = 3) => new Retries({ attempts, delayMs: 1000 }).of(request());

describe('delayAfter()', () => {
  it('doubles the delay with every attempt and ends with the failure', () => {
    const tries = triesOf();
    const passing = failure('INTERNAL', 'counted');
    expect([tries.delayAfter(passing, true), tries.number]).toEqual([1000, 2]);
    expect([tries.delayAfter(passing, true), tries.number]).toEqual([2000, 3]);
    expect(() => tries.delayAfter(passing, true)).toThrow(passing);
  });

  it('asks once more after memory ran out, with a hint', () => {
    const tries = triesOf();
    expect(tries.hint).toBeNull();
    tries.delayAfter(failure('OOM_GPU', 'counted'), true);
    expect(tries.hint).toBe('halve-batch');
    expect(() => tries.delayAfter(failure('OOM_GPU', 'counted'), true)).toThrow('OOM_GPU');
  });

  it('counts no attempt the request was not to blame for', () => {
    const tries = triesOf(1);
    for (let time = 0; time < 9; time += 1) expect(tries.delayAfter(failure('WORKER_LOST', 'free'), true)).toBe(0);
    expect(tries.number).toBe(1);
  });

  it('waits for a worker that is leaving', () => {
    const tries = triesOf(1);
    expect([tries.delayAfter(failure('UNAVAILABLE', 'free'), true), tries.number]).toEqual([1000, 1]);
  });

  it.each(['INVALID_ARGUMENT', 'USER_CODE', 'CANCELLED'] as const)('never tries again after %s', (code) => {
    expect(() => triesOf().delayAfter(failure(code, 'never'), true)).toThrow(code);
  });

  it('throws what is no failure of the worker', () => {
    expect(() => triesOf().delayAfter(new Error('a mistake of the caller'), true)).toThrow('a mistake of the caller');
  });

  it('throws the failure when no worker can serve any more', () => {
    expect(() => triesOf().delayAfter(failure('WORKER_LOST', 'free'), false)).toThrow('WORKER_LOST');
  });
});

describe('of()', () => {
  it('refuses a key that ended two workers, whichever calls they were', () => {
    const retries = new Retries({ attempts: 3, delayMs: 1 });
    const poisonous = request();
    retries.of(poisonous).delayAfter(failure('WORKER_LOST', 'counted'), true);
    const poison = { code: 'POISON' };
    expect(() => retries.of(poisonous).delayAfter(failure('HUNG', 'counted'), true)).toThrow(
      expect.objectContaining(poison),
    );
    expect(() => retries.of(poisonous)).toThrow(expect.objectContaining(poison));
    expect(retries.of(request()).number).toBe(1);
  });
});
