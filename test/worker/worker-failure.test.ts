import { describe, expect, test } from 'vitest';
import { WorkerFailure } from '../../src/worker/worker-failure.ts';

describe('a WorkerFailure', () => {
  test.each([
    ['INVALID_DATA', 4],
    ['INVALID_ARGUMENT', 2],
    ['START_FAILED', 3],
    ['HANDSHAKE', 3],
    ['CANCELLED', 75],
    ['WORKER_LOST', 5],
    ['INTERNAL', 5],
  ] as const)('with code %s ends the run with status %i', (code, status) => {
    expect(new WorkerFailure(code, 'x').exitStatus).toBe(status);
  });
});
