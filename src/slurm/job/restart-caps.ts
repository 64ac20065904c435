import { type AttemptFile, readAttempt } from '../campaign/attempts.ts';
import type { JobShape } from '../site/profile.ts';

/**
 * Why a unit may not restart, or null if it may. Each cause has its own cap, counted over the attempts of one
 * submission. An attempt without a recorded ending was killed, or its node was lost.
 */
export function capReached(attempts: readonly AttemptFile[], submission: string, job: JobShape): string | null {
  const own = attempts.filter((attempt) => attempt.submission === submission).map(readAttempt);
  const count = (ending: string | null): number => own.filter((attempt) => attempt.ending === ending).length;
  const causes = [
    { found: count(null), most: job.maxRestarts, words: 'was killed or lost its node', key: 'maxRestarts' },
    { found: count('timeout'), most: job.maxTimeouts, words: 'ran out of time', key: 'maxTimeouts' },
    { found: count('preempted'), most: job.maxPreemptions, words: 'was preempted', key: 'maxPreemptions' },
  ];
  const over = causes.find(({ found, most }) => found > most);
  return over === undefined
    ? null
    : `Cannot restart: the unit ${over.words} ${over.found} times, and job.${over.key} is ${over.most}; find the cause, then submit with --only failed`;
}
