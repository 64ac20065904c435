import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../base/errors.ts';
import { type JobPlace, requeueSelf } from './job-place.ts';

/** The signals that a job receives. */
export interface JobSignals {
  /** Aborted by the first signal: end the step, save, stop. */
  readonly signal: AbortSignal;
  /** Name of the first signal. */
  readonly reason: () => NodeJS.Signals | undefined;
  /** Aborted by a TERM that follows a warning: Slurm ends the job now. */
  readonly terminated: AbortSignal;
}

/** Time for the current step after a warning; then the job is requeued anyway, because all state is on disk. */
const PATIENCE_MS = 30_000;
/** Time that Slurm may take to end a requeued job. */
const END_MS = 90_000;

/** A job that requeues itself when Slurm warns it. */
export interface Requeue {
  /** Aborted once the job is back in the queue. */
  readonly back: AbortSignal;
  /** Requeues the job now, unless that was done; returns why it failed, or null. */
  readonly ask: () => Promise<string | null>;
  /** Waits until Slurm ends this job, which follows a requeue. */
  readonly untilEnded: () => Promise<void>;
}

/** Requeues the job when the current step takes too long, or when Slurm ends the job before. */
export function createRequeue(
  place: JobPlace,
  isAllowed: () => boolean,
  { signal, reason, terminated }: JobSignals,
): Requeue {
  const back = new AbortController();
  let asked: Promise<string | null> | undefined;
  const askOnce = async (): Promise<string | null> => {
    const refused = isAllowed() ? await tryRequeue(place, terminated) : NOT_ALLOWED;
    if (refused === null) back.abort();
    return refused;
  };
  const ask = (): Promise<string | null> => (asked ??= askOnce());
  const watch = (): void => {
    if (reason() !== 'SIGUSR2') return;
    onAbort(terminated, () => void ask());
    setTimeout(() => void ask(), PATIENCE_MS).unref();
  };
  onAbort(signal, watch);
  return {
    back: back.signal,
    ask,
    untilEnded: async () => {
      if (terminated.aborted) return;
      await pause(END_MS, undefined, { signal: terminated }).catch(() => undefined);
    },
  };
}

const NOT_ALLOWED = 'job.requeue is false, or it was cancelled';

/** Calls `act` when a signal aborts, or at once if it has aborted. */
function onAbort(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
}

/** Seconds until the next try: a controller may be busy or restarting. */
const WAITS = [2, 4, 8, 16];
/** Failures with these words are permanent. */
const FINAL = /there is no command|presently disabled|[Ii]nvalid job id|denied/;

/** Why the job cannot be requeued, or null once it is; does not retry after Slurm has begun to end the job. */
async function tryRequeue(place: JobPlace, terminated: AbortSignal): Promise<string | null> {
  if (place.job === 'none') return 'there is no job to requeue';
  for (let tries = 0; ; tries++) {
    try {
      await requeueSelf(place);
      return null;
    } catch (error) {
      const seconds = WAITS[tries];
      if (seconds === undefined || terminated.aborted || FINAL.test(messageOf(error))) return messageOf(error);
      await pause(1000 * seconds, undefined, { signal: terminated }).catch(() => undefined);
    }
  }
}
