import { EXIT_STATUS } from '../../base/errors.ts';
import type { UnitOutcome } from './unit-outcome.ts';

/** Exit status of a job after a unit ended so. */
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
