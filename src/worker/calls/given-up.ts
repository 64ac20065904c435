import { WorkerFailure } from '../worker-failure.ts';

/** Why a caller gave a call up. */
export type GivenUp = 'CANCELLED' | 'DEADLINE';

/** The failure of a call its caller gave up. */
export const givenUp = (why: GivenUp, name: string): WorkerFailure =>
  new WorkerFailure(
    why,
    why === 'CANCELLED'
      ? `Cannot finish '${name}': it was cancelled, a new call is needed`
      : `Cannot finish '${name}': its deadline has passed, more time is needed`,
  );
