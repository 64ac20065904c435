import { z } from 'zod';

const Id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);

/** One piece of a campaign's work, which is done, failed or missing as a whole. */
export const Unit = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('cell'),
    id: Id.describe('name of the run directory'),
    overrides: z.array(z.string()).describe('`key=value`, as a sweep gives them'),
    arm: z.string().nullable().describe('acquisition.name of the sweep'),
    identity: z.string().describe('hash of all that determines the result'),
    open: z.array(z.string()).optional().describe('keys of posterior that are taken from the features'),
  }),
  z.strictObject({
    kind: z.literal('shard'),
    id: Id,
    index: z.int().min(1),
    count: z.int().min(1),
  }),
  z.strictObject({ kind: z.literal('merge'), id: Id }),
]);
export type Unit = z.infer<typeof Unit>;
export type CellUnit = Extract<Unit, { kind: 'cell' }>;
export type ShardUnit = Extract<Unit, { kind: 'shard' }>;
