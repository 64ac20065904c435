import { EXIT_STATUS } from '../../base/errors.ts';
import type { UnitOutcome } from './unit-outcome.ts';

/** What a job that has come to this with a unit ends with. */
export function exitStatusOf(outcome: UnitOutcome): number {
  switch (outcome.type) {
    case 'done':
      return 0;
    case 'stopped':
      return EXIT_STATUS.stopped;
    case 'fenced':
      return EXIT_STATUS.usage;
    case 'waiting':
    case 'failed':
      return outcome.exitStatus;
  }
}
