import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../base/errors.ts';
import { type JobPlace, requeueSelf } from './job-place.ts';

/** Signals as a job hears them. */
export interface JobSignals {
  /** Aborted by the first of them: end the step, save, stop. */
  readonly signal: AbortSignal;
  /** Which it was. */
  readonly reason: () => NodeJS.Signals | undefined;
  /** Aborted by a TERM that follows a warning: Slurm ends the job now. */
  readonly terminated: AbortSignal;
}

/** How long the step under way may take after a warning until the job asks for its next start anyway: all is on disk. */
const PATIENCE_MS = 30_000;
/** How long Slurm may take to end a job that it put back into the queue. */
const END_MS = 90_000;

/** A job that puts itself back into the queue when Slurm warns it. */
export interface Requeue {
  /** Aborted once the job is back in the queue. */
  readonly back: AbortSignal;
  /** Asks now, unless that was done; gives why it was refused, null where it was not. */
  readonly ask: () => Promise<string | null>;
  /** Waits until Slurm ends this job, which it does once the job is back in the queue. */
  readonly untilEnded: () => Promise<void>;
}

/** Asks at the latest when the step under way takes too long, or Slurm ends the job before that is over. */
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

/** Calls `act` when a signal aborts, at once where it has. */
function onAbort(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
}

/** Seconds until the next try: a controller may be busy, or begin again just now. */
const WAITS = [2, 4, 8, 16];
/** What is refused in these words is refused the next time too. */
const FINAL = /there is no command|presently disabled|[Ii]nvalid job id|denied/;

/** Why the job may not be put back, null when it is; there is no time for another try once Slurm ends it. */
async function tryRequeue(place: JobPlace, terminated: AbortSignal): Promise<string | null> {
  if (place.job === 'none') return 'there is no job to put back into the queue';
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
