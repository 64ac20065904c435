import { z } from 'zod';
import { LONGEST_MS } from '../../../base/after.ts';
import { PathText } from '../../../base/files/path-text.ts';
import { Digest } from '../../../protocol/text.ts';
import { MOST_THREADS } from '../../most-threads.ts';

const Key = z.string().length(40);
const Milliseconds = z.int().min(1).max(LONGEST_MS);

/** How long both sides wait for each other, in milliseconds. */
export const Patience = z.strictObject({
  /** Between two signs of life of the connection itself. */
  heartbeatIntervalMs: Milliseconds,
  /** Silence after which a connection counts as broken. */
  heartbeatTimeoutMs: Milliseconds,
  /** From a worker's first attempt until it must be welcome. */
  joinMs: Milliseconds,
  /** From a broken connection until the other side counts as gone. */
  reconnectMs: Milliseconds,
});
export type Patience = z.infer<typeof Patience>;

/** What a worker on another host needs to know, secrets included; python_worker/server/links/connection_file.py reads the same. */
export const ConnectionFile = z.strictObject({
  schemaVersion: z.literal(1),
  /** Where the orchestrator may be reached, tried in turn: `tcp://host:port`. */
  endpoints: z.array(z.string().regex(/^tcp:\/\/.+:\d+$/)).min(1),
  /** Keys in Z85; the pair is the worker's own, made for this start. */
  serverKey: Key,
  publicKey: Key,
  secretKey: Key,
  token: z.string().regex(/^[0-9a-f]{32}$/),
  schemaSha: Digest,
  /** The run's directory where both sides see it, else null. */
  runDir: z.string().nullable(),
  /** What the worker computes with unless it is started with something else. */
  device: PathText,
  threads: z.int().min(1).max(MOST_THREADS),
  patience: Patience,
});
export type ConnectionFile = z.infer<typeof ConnectionFile>;
