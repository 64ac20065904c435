import type { FromWorker } from '../protocol/envelope.ts';
import type { Calls } from './calls.ts';
import type { WorkerProcess } from './process.ts';
import { WorkerFailure } from './worker-failure.ts';

/** Ends a worker whose running job gives no sign of life for longer than its operation allows. */
export interface HangWatch {
  readonly heard: (message: FromWorker) => void;
  readonly stop: () => void;
  /** The failure of calls after a hang, or undefined when there was none. */
  readonly failure: (what: string, logFile: string) => WorkerFailure | undefined;
}

const TICK_MS = 1000;
/** Silence of the whole process: even its heartbeat thread has stopped. */
const SILENCE_MS = 600_000;
const DUMP_MS = 2000;

/** Silence is counted in ticks of this process, so its own delays never look like the worker's. */
export function watchForHang(
  calls: Pick<Calls, 'operationOf'>,
  process: Pick<WorkerProcess, 'signal' | 'kill'>,
): HangWatch {
  let silentTicks = 0;
  let silentMs: number | undefined;
  const end = (ms: number): void => {
    if (silentMs !== undefined) return;
    silentMs = ms;
    process.signal('SIGUSR1'); // its threads' stacks go to the log
    setTimeout(process.kill, DUMP_MS).unref();
  };
  const timer = setInterval(() => {
    silentTicks += 1;
    if (silentTicks * TICK_MS > SILENCE_MS) end(silentTicks * TICK_MS);
  }, TICK_MS).unref();
  return {
    heard: (message) => {
      silentTicks = 0;
      if (message.type !== 'status' || message.job === null) return;
      const limitMs = calls.operationOf(message.job)?.stallMs ?? Number.POSITIVE_INFINITY;
      if (message.lastTickAgeMs > limitMs) end(message.lastTickAgeMs);
    },
    stop: () => clearInterval(timer),
    failure: (what, logFile) =>
      silentMs === undefined
        ? undefined
        : new WorkerFailure(
            'HUNG',
            `Cannot ${what}: no sign of life for ${silentMs} ms, progress is needed; the stacks are in '${logFile}'`,
          ),
  };
}
