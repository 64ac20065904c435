import { z } from 'zod';
import { LONGEST_MS } from '../../../base/after.ts';
import { environmentError, messageOf } from '../../../base/errors.ts';
import { quotePath } from '../../../base/files/files.ts';
import { PathText } from '../../../base/files/path-text.ts';
import { explainValue } from '../../../base/text/explain-value.ts';
import { Digest } from '../../../protocol/text.ts';
import { MOST_THREADS } from '../../most-threads.ts';
import { readPrivateFile } from './private-file.ts';

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

/**
 * Reads what an orchestrator wrote for its worker.
 * @throws BalpmError (environment) when others may read the file, or it is not a whole connection file.
 */
export function readConnectionFile(path: string): ConnectionFile {
  const text = readPrivateFile(path, 'connection file');
  const parsed = ConnectionFile.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  throw unusable(path, explainValue(parsed.error));
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unusable(path, `it is not JSON (${reasonWithoutText(error)})`);
  }
}

/** Node quotes the text around the fault, and that text is secret. */
const reasonWithoutText = (error: unknown): string =>
  /position \d+|Unexpected end/.exec(messageOf(error))?.[0] ?? 'a fault in it';

const unusable = (path: string, found: string): Error =>
  environmentError(
    `Cannot use connection file ${quotePath(path)}: ${found}, the file the orchestrator wrote is needed`,
  );
