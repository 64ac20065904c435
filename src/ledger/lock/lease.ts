import { z } from 'zod';

const MOST_NAME = 255;
const Life = z.object({
  /** Of this one taking of the lock; nobody else ever has it. */
  nonce: z.string().min(1).max(MOST_NAME),
  /** Of the kernel's start; null where the system does not tell. */
  bootId: z.string().max(MOST_NAME).nullable(),
  /** Where `pid` is a number of; null where there is but one. */
  pidNamespace: z.string().max(MOST_NAME).nullable(),
  /** Whether the owner holds the kernel's lock on the file, so that the kernel tells when it is gone. */
  kernelLock: z.boolean(),
  renewals: z.int().min(0),
});

/** What a lock file says of its owner. Locks of earlier versions have no `lease`: nobody renews them. */
export const Lease = z.object({
  pid: z.int(),
  host: z.string().max(MOST_NAME),
  started: z.string().max(MOST_NAME),
  lease: Life.optional(),
});
export type Lease = z.infer<typeof Lease>;
