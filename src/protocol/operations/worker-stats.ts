import { z } from 'zod';
import { defineOperation } from '../operation.ts';

/** What the worker holds at the moment; memory in MiB, 0 where the system does not say. */
export const workerStats = defineOperation({
  name: 'worker.stats',
  version: 1,
  pure: false,
  stallMs: 60_000,
  params: z.strictObject({}).meta({ id: 'WorkerStatsParams' }),
  data: z
    .strictObject({
      stores: z.array(z.string()),
      posteriors: z.int().min(0),
      rssMiB: z.int().min(0),
      /** The most it has held so far. */
      peakMiB: z.int().min(0),
      threads: z.int().min(1),
      device: z.string(),
    })
    .meta({ id: 'WorkerStatsData' }),
});
