import { z } from 'zod';

const MOST_NAME = 255;
const Life = z.object({
  /** Identifies one holder of the lock; never reused. */
  nonce: z.string().min(1).max(MOST_NAME),
  /** Boot id of the kernel; null if the system does not provide it. */
  bootId: z.string().max(MOST_NAME).nullable(),
  /** Namespace of the number `pid`; null if there is only one. */
  pidNamespace: z.string().max(MOST_NAME).nullable(),
  /** Whether the owner holds the kernel's lock on the file, so that the kernel shows when it is gone. */
  kernelLock: z.boolean(),
  renewals: z.int().min(0),
});

/** The owner of a lock, as its file describes it. Locks of earlier versions have no `lease`: they are not renewed. */
export const Lease = z.object({
  pid: z.int(),
  host: z.string().max(MOST_NAME),
  started: z.string().max(MOST_NAME),
  lease: Life.optional(),
});
export type Lease = z.infer<typeof Lease>;
