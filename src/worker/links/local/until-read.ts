import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

const LAST_WORDS_MS = 500;

/** A process's last words are read before its end is told; a stream somebody else still holds is left after a moment. */
export async function untilRead(stream: Readable): Promise<void> {
  await finished(stream, { signal: AbortSignal.timeout(LAST_WORDS_MS) }).catch(() => undefined);
  stream.destroy();
}
