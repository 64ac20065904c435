import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Trace } from '../../protocol/envelope.ts';

/** Which run, round and seed a request belongs to; for logs only. */
export type TraceFields = z.infer<typeof Trace>;

/** Makes the fields every message of a session has. `sentAt` is for logs, nothing depends on it. */
export function numberMessages(session: string) {
  let seq = 0;
  return (re: string | null = null, trace: TraceFields | null = null) => {
    seq += 1;
    return { v: 1 as const, id: randomUUID(), session, re, seq, sentAt: Date.now(), trace };
  };
}
