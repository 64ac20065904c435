import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FromWorker } from '../../../src/protocol/envelope.ts';
import { workerEcho } from '../../../src/protocol/operations/worker-echo.ts';
import { watchForHang } from '../../../src/worker/session/hang-watch.ts';

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

function watched(stallMs: number | undefined = workerEcho.stallMs) {
  const done: string[] = [];
  const watch = watchForHang(
    { stallMsOfRunning: () => stallMs },
    {
      warn: (ms) => void done.push(`warn ${ms}`),
      dumpStacks: () => void done.push('stacks'),
      end: (ms) => void done.push(`end ${ms}`),
    },
  );
  return { done, watch };
}

describe('watchForHang()', () => {
  it('asks for the stacks and ends when a job is silent for longer than its operation allows', () => {
    const { done, watch } = watched();
    watch.heard(status(workerEcho.stallMs));
    expect(done).toEqual([]);
    watch.heard(status(workerEcho.stallMs + 1));
    vi.advanceTimersByTime(2000);
    expect(done).toEqual(['stacks', `end ${workerEcho.stallMs + 1}`]);
    watch.stop();
  });

  it('warns once, then ends, when a worker with a job says nothing at all', () => {
    const { done, watch } = watched(20_000);
    vi.advanceTimersByTime(20_000);
    expect(done).toEqual(['warn 15000']);
    vi.advanceTimersByTime(3000);
    expect(done).toEqual(['warn 15000', 'stacks', 'end 21000']);
    watch.stop();
  });

  it('ends an idle worker after ten silent minutes, but not for its own delay', () => {
    const { done, watch } = watched(undefined);
    watch.stop();
    const idle = watchForHang(
      { stallMsOfRunning: () => undefined },
      { warn: () => undefined, dumpStacks: () => void done.push('stacks'), end: () => void done.push('end') },
    );
    vi.advanceTimersByTime(600_000);
    idle.heard(status(0));
    vi.advanceTimersByTime(600_000);
    expect(done).toEqual([]);
    vi.advanceTimersByTime(3000);
    expect(done).toEqual(['stacks', 'end']);
    idle.stop();
  });
});
