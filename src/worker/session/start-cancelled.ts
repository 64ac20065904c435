import { WorkerFailure } from '../worker-failure.ts';

/** The failure of a start that was given up. */
export const startCancelled = (): WorkerFailure =>
  new WorkerFailure('CANCELLED', 'Cannot start the worker: it was cancelled, a new start is needed');
