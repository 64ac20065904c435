import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FromWorker } from '../../src/protocol/envelope.ts';
import { workerEcho } from '../../src/protocol/operations/worker-echo.ts';
import { watchForHang } from '../../src/worker/hang-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const status = (lastTickAgeMs: number) =>
  FromWorker.parse({
    type: 'status',
    v: 1,
    id: 'i',
    session: 's',
    re: null,
    seq: 0,
    sentAt: 0,
    trace: null,
    phase: 'busy',
    job: 'job',
    lastTickAgeMs,
    done: null,
    total: null,
    rssMiB: 1,
    gpuMemMiB: null,
    queued: 0,
  });

function watched() {
  const done: string[] = [];
  const process = { signal: (signal: string) => void done.push(signal), kill: () => void done.push('kill') };
  return { done, watch: watchForHang({ operationOf: () => workerEcho }, process) };
}

describe('watchForHang()', () => {
  it('asks for the stacks and kills when a job is silent for longer than its operation allows', () => {
    const { done, watch } = watched();
    watch.heard(status(workerEcho.stallMs));
    expect(watch.failure('wait', 'log')).toBeUndefined();
    watch.heard(status(workerEcho.stallMs + 1));
    vi.advanceTimersByTime(2000);
    expect(done).toEqual(['SIGUSR1', 'kill']);
    expect(watch.failure('wait', 'log')).toMatchObject({ code: 'HUNG' });
    watch.stop();
  });

  it('kills when the whole process is silent, but not for its own delay', () => {
    const { done, watch } = watched();
    vi.advanceTimersByTime(600_000);
    watch.heard(status(0));
    vi.advanceTimersByTime(600_000);
    expect(done).toEqual([]);
    vi.advanceTimersByTime(3000);
    expect(done).toEqual(['SIGUSR1', 'kill']);
    watch.stop();
  });
});
