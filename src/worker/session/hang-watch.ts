import type { FromWorker } from '../../protocol/envelope.ts';
import type { Calls } from '../calls/calls.ts';

/** What a silent worker makes happen. */
export interface HangReactions {
  /** It has been silent for a while, which is no fault yet: a long C call holds the interpreter. */
  readonly warn: (silentMs: number) => void;
  /** It was silent for longer than its job may be; asked for the stacks of its threads first. */
  readonly dumpStacks: () => void;
  readonly end: (silentMs: number) => void;
}

/** Ends a worker whose running job gives no sign of life for longer than its operation allows. */
export interface HangWatch {
  readonly heard: (message: FromWorker) => void;
  readonly stop: () => void;
}

const TICK_MS = 1000;
const WARN_MS = 15_000;
/** Silence of a whole process that runs nothing: even its heartbeat thread has stopped. */
const IDLE_SILENCE_MS = 600_000;
const DUMP_MS = 2000;

/**
 * Silence is counted in ticks of this process, so its own delays never look like the worker's. A job's silence counts
 * whether its worker still says so (a job that does not check in) or says nothing at all (a held interpreter).
 */
export function watchForHang(calls: Pick<Calls, 'stallMsOfRunning'>, reactions: HangReactions): HangWatch {
  let silentTicks = 0;
  let warned = false;
  let ending: NodeJS.Timeout | undefined;
  const end = (ms: number): void => {
    if (ending !== undefined) return;
    reactions.dumpStacks();
    ending = setTimeout(() => reactions.end(ms), DUMP_MS).unref();
  };
  const timer = setInterval(() => {
    silentTicks += 1;
    const silentMs = silentTicks * TICK_MS;
    if (silentMs >= WARN_MS && !warned) {
      warned = true;
      reactions.warn(silentMs);
    }
    if (silentMs > (calls.stallMsOfRunning() ?? IDLE_SILENCE_MS)) end(silentMs);
  }, TICK_MS).unref();
  return {
    heard: (message) => {
      silentTicks = 0;
      warned = false;
      const limitMs = calls.stallMsOfRunning() ?? Number.POSITIVE_INFINITY;
      if (message.type === 'status' && message.job !== null && message.lastTickAgeMs > limitMs) {
        end(message.lastTickAgeMs);
        return;
      }
      clearTimeout(ending); // it lives after all
      ending = undefined;
    },
    stop: () => {
      clearInterval(timer);
      clearTimeout(ending);
    },
  };
}
