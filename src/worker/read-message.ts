import { FromWorker } from '../protocol/envelope.ts';
import { splitMessage } from './frames.ts';
import { parseHeader } from './header.ts';

/** A valid message of a worker; anything else is dropped, as it cannot be answered. */
export function readMessage(
  frames: readonly Buffer[],
): { parsed: FromWorker; tensorFrames: readonly Buffer[] } | undefined {
  const split = splitMessage(frames);
  if (split === undefined) return undefined;
  try {
    return { parsed: FromWorker.parse(parseHeader(split.header)), tensorFrames: split.tensorFrames };
  } catch {
    return undefined;
  }
}
