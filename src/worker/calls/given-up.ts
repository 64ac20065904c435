import { WorkerFailure } from '../worker-failure.ts';
import type { OpenCall } from './open-call.ts';

/** The failure of a call its caller gave up. */
export const givenUp = (why: 'CANCELLED' | 'DEADLINE', name: string): WorkerFailure =>
  new WorkerFailure(
    why,
    why === 'CANCELLED'
      ? `Cannot finish '${name}': it was cancelled, a new call is needed`
      : `Cannot finish '${name}': its deadline has passed, more time is needed`,
  );

/** The worker says CANCELLED to whatever was given up; the caller hears why. */
export function asGivenUp(call: OpenCall, error: unknown): unknown {
  if (call.thrown !== undefined) return call.thrown;
  const isAnswerToCancel = error instanceof WorkerFailure && error.code === 'CANCELLED';
  return isAnswerToCancel && call.given === 'DEADLINE'
    ? givenUp('DEADLINE', call.attempt.request.operation.name)
    : error;
}
