import { z } from 'zod';

/** Every reason a worker may give for a failed request; Python's codes are generated from this list. */
export const ErrorCode = z
  .enum([
    'BAD_MESSAGE',
    'UNSUPPORTED',
    'INVALID_ARGUMENT',
    'INVALID_DATA',
    'KEY_CONFLICT',
    'TOO_LARGE',
    'UNWRITABLE',
    'USER_CODE',
    'POISON',
    'CANCELLED',
    'DEADLINE',
    'OOM_GPU',
    'OOM_CPU',
    'UNAVAILABLE',
    'PREEMPTED',
    'WORKER_LOST',
    'START_FAILED',
    'START_TIMEOUT',
    'HUNG',
    'INTERNAL',
    'HANDSHAKE',
  ])
  .meta({ id: 'ErrorCode' });
export type ErrorCode = z.infer<typeof ErrorCode>;
