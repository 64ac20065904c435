import { z } from 'zod';
import { defineOperation } from '../operation.ts';

/**
 * Sends `text` and every tensor back, after `holdMs` of reporting progress; for `doctor`, the benchmark and tests.
 * A text in `fail` is thrown as an unexpected exception instead, to see how a failure travels.
 */
export const workerEcho = defineOperation({
  name: 'worker.echo',
  version: 1,
  pure: true,
  stallMs: 60_000,
  params: z
    .strictObject({ text: z.string(), holdMs: z.int().min(0), fail: z.string().nullable() })
    .meta({ id: 'WorkerEchoParams' }),
  data: z.strictObject({ text: z.string() }).meta({ id: 'WorkerEchoData' }),
});
