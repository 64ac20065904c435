import type { FileHandle } from 'node:fs/promises';

/** Largest slice of one read call; Node refuses 2 GiB. */
const SLICE_BYTES = 64 << 20;

/** `length` bytes of a file from `position` on, in a buffer of their own. @throws Error when the file ends before. */
export async function readExactly(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(SLICE_BYTES, length - done), position + done);
    if (bytesRead === 0) throw new Error(`it ends after ${position + done} bytes`);
    done += bytesRead;
  }
  return bytes;
}
