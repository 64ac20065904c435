import { describe, expect, it } from 'vitest';
import { NO_JOURNAL } from '../../../src/worker/calls/journal.ts';
import type { HelloMessage } from '../../../src/worker/session/link.ts';
import { SESSION_DEFAULTS } from '../../../src/worker/session/session-options.ts';
import { startSession } from '../../../src/worker/session/start-session.ts';
import { startCancelled, WorkerFailure } from '../../../src/worker/worker-failure.ts';
import { type MemoryLink, openMemoryLink, sourceOf } from '../memory-link.ts';
import { failureOf } from '../test-worker.ts';

const hello = { pid: 7, capacity: 1 } as HelloMessage;
const place = { python: 'python3', packageDir: '.', device: 'cpu', threads: 1, operations: [], logFile: '/tmp/w.log' };

function start(memory: MemoryLink, { limitMs = 60_000, signal = new AbortController().signal } = {}) {
  const settings = { ...SESSION_DEFAULTS, ...place, startTimeoutMs: limitMs, readyTimeoutMs: limitMs };
  const source = sourceOf(async () => memory.link);
  return startSession(source, settings, { signal, journal: NO_JOURNAL, note: () => undefined });
}

/** Resolves once the worker was welcomed. */
async function welcomed(memory: MemoryLink): Promise<void> {
  memory.hello.resolve(hello);
  await expect.poll(() => memory.done).toEqual(['welcome']);
}

describe('startSession()', () => {
  it('welcomes a worker and waits until it is ready', async () => {
    const memory = openMemoryLink();
    const starting = start(memory);
    await welcomed(memory);
    memory.say({ type: 'status', phase: 'draining' });
    memory.listener().returned();
    expect(memory.done).toEqual(['welcome', 'welcome']); // the first may have been lost with the connection
    memory.say({ type: 'status', phase: 'ready' });
    const session = await starting;
    expect([session.hello, session.isAlive]).toEqual([hello, true]);
    memory.link.kill();
    await session.ended;
    expect([session.isAlive, ...memory.done]).toEqual([false, 'welcome', 'welcome', 'kill', 'close']);
  });

  it.each([
    ['never introduces itself', false, 'it did not come within 1 ms'],
    ['never becomes ready', true, 'it did not become ready within 1 ms'],
  ])('gives up a worker that %s, and leaves nothing behind', async (_what, hasCome, message) => {
    const memory = openMemoryLink();
    if (hasCome) memory.hello.resolve(hello);
    const failure = await failureOf(start(memory, { limitMs: 1 }));
    expect(failure.code).toBe('START_TIMEOUT');
    expect(failure.message).toContain(message);
    expect(memory.done.slice(-2)).toEqual(['kill', 'close']);
  });

  it.each([
    ['it started', 'python3', 'START_FAILED', "Cannot start the worker with Python 'python3': it ended with status 3"],
    ['somebody else started', null, 'WORKER_LOST', 'Cannot start the worker: the worker (pid 7) ended with status 3'],
  ])('says how a worker ended that %s', async (_what, python, code, message) => {
    const memory = openMemoryLink(python);
    const starting = failureOf(start(memory));
    await welcomed(memory);
    memory.end({ code: 3 });
    const failure = await starting;
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(message);
    expect(failure.details).toMatchObject({ exitCode: '3', stderr: 'its last words' });
  });

  it('ends a start that is cancelled, or whose worker is refused', async () => {
    const abort = new AbortController();
    const [waiting, refused] = [openMemoryLink(), openMemoryLink()];
    const failures = [start(waiting, { signal: abort.signal }), start(refused)].map(failureOf);
    refused.hello.reject(new WorkerFailure('HANDSHAKE', 'another schema'));
    abort.abort();
    const codes = (await Promise.all(failures)).map(({ code }) => code);
    expect(codes).toEqual(['CANCELLED', 'HANDSHAKE']);
    for (const { done } of [waiting, refused]) expect(done).toEqual(['kill', 'close']);
  });

  it('stops to wait for a worker when it is cancelled or late', async () => {
    const signals: AbortSignal[] = [];
    const nobody = sourceOf(
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signals.push(signal);
          signal.addEventListener('abort', () => reject(startCancelled()));
        }),
    );
    const settings = { ...SESSION_DEFAULTS, ...place, startTimeoutMs: 1 };
    const context = { signal: new AbortController().signal, journal: NO_JOURNAL, note: () => undefined };
    expect((await failureOf(startSession(nobody, settings, context))).code).toBe('START_TIMEOUT');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
