import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../base/errors.ts';
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
  let asked: Promise<string | null> | undefined;
  const ask = (): Promise<string | null> => (asked ??= isAllowed() ? tryRequeue(place) : Promise.resolve(NOT_ALLOWED));
  const watch = (): void => {
    if (reason() !== 'SIGUSR2') return;
    terminated.addEventListener('abort', () => void ask(), { once: true });
    setTimeout(() => void ask(), PATIENCE_MS).unref();
  };
  signal.addEventListener('abort', watch, { once: true });
  return {
    ask,
    untilEnded: async () => {
      if (terminated.aborted) return;
      await pause(END_MS, undefined, { signal: terminated }).catch(() => undefined);
    },
  };
}

const NOT_ALLOWED = 'job.requeue is false, or it was cancelled';

async function tryRequeue(place: JobPlace): Promise<string | null> {
  if (place.job === 'none') return 'there is no job to put back into the queue';
  try {
    await requeueSelf(place);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
