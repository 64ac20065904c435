import { describe, expect, it } from 'vitest';
import { workerStats } from '../../../src/protocol/operations/worker-stats.ts';
import { type PreparedRequest, prepareRequest } from '../../../src/worker/calls/encode-request.ts';
import { NO_JOURNAL } from '../../../src/worker/calls/journal.ts';
import type { HelloMessage } from '../../../src/worker/session/link.ts';
import { Session } from '../../../src/worker/session/session.ts';
import { SESSION_DEFAULTS } from '../../../src/worker/session/session-options.ts';
import { TensorFiles } from '../../../src/worker/tensors/tensor-files.ts';
import { openMemoryLink } from '../memory-link.ts';
import { failureOf } from '../test-worker.ts';

function open() {
  const memory = openMemoryLink();
  const place = { python: 'p', packageDir: '.', device: 'cpu', threads: 1, operations: [], logFile: '/tmp/w.log' };
  const session = new Session({
    link: memory.link,
    hello: { pid: 7, capacity: 1 } as HelloMessage,
    settings: { ...SESSION_DEFAULTS, ...place },
    files: new TensorFiles({ session: 's', sharedMemory: null }),
    context: { signal: new AbortController().signal, journal: NO_JOURNAL, note: () => undefined },
  });
  return { memory, session };
}

/** One attempt of a call, and the id the worker knows it by. */
function ask({ memory, session }: ReturnType<typeof open>) {
  const request = prepareRequest({ operation: workerStats, params: {}, tensors: {}, options: {} }) as PreparedRequest; // only keys of large contents take a while
  const answer = session.attempt({ request, number: 1, hint: null, deadlineMs: null });
  return { answer, re: String(memory.last()['id']) };
}

describe('a session', () => {
  it('does not count the loss of a worker that was told to leave, however that is known', async () => {
    const [saying, ending] = [open(), open()];
    const failures = [saying, ending].map((one) => {
      const { answer, re } = ask(one);
      one.memory.say({ type: 'accepted', re, dedup: 'new' });
      return failureOf(answer);
    });
    saying.memory.say({ type: 'bye', reason: 'preempted' });
    saying.memory.end({ code: 0 });
    ending.memory.end({ code: 0, reason: 'left (preempted)', preempted: true });
    for (const failure of await Promise.all(failures))
      expect(failure).toMatchObject({ code: 'PREEMPTED', retry: 'free' });
  });

  it('counts a death against the call that was running, not against the one that waited', async () => {
    const one = open();
    const calls = [ask(one), ask(one)];
    for (const { re } of calls) one.memory.say({ type: 'accepted', re, dedup: 'new' });
    const failures = calls.map(({ answer }) => failureOf(answer));
    one.memory.end({ signal: 'SIGKILL' });
    expect((await Promise.all(failures)).map(({ code, retry }) => [code, retry])).toEqual([
      ['WORKER_LOST', 'counted'],
      ['WORKER_LOST', 'free'],
    ]);
  });

  it('sends again what was in the air when its worker is back', () => {
    const one = open();
    void ask(one).answer.catch(() => undefined);
    one.memory.listener().returned();
    expect(one.memory.done).toEqual(['request', 'request']);
    one.memory.end({ code: 0 });
  });

  it('ends a worker whose connection is gone, and says that of every call', async () => {
    const one = open();
    const failure = failureOf(ask(one).answer);
    one.memory.listener().gone('its connection was interrupted for 9 ms');
    expect(await failure).toMatchObject({ code: 'HUNG' });
    expect((await failure).message).toContain('the worker (pid 7) was ended: its connection was interrupted for 9 ms');
  });

  it('ends a call whose answer cannot be read, and listens on', async () => {
    const one = open();
    const { answer, re } = ask(one);
    const failure = failureOf(answer);
    one.memory.listener().hear({ type: 'broken', reason: "field 'data': missing", value: { re } });
    expect((await failure).message).toContain("Cannot read the result of 'worker.stats': field 'data': missing");
    expect(one.session.isAlive).toBe(true);
    one.memory.end({ code: 0 });
  });

  it('asks a worker to end once it has what was called before', async () => {
    const one = open();
    const failure = failureOf(ask(one).answer);
    const closing = one.session.close(1000);
    await expect.poll(() => one.memory.done).toEqual(['request', 'shutdown']);
    one.memory.end({ code: 0 });
    await closing;
    expect(one.memory.done.at(-1)).toBe('close');
    expect(await failure).toMatchObject({ code: 'WORKER_LOST', retry: 'free' });
  });
});
