import { constants } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { openRegular } from '../../base/files/regular-file.ts';
import { hashInTurns, inSlices } from './in-slices.ts';
import type { TensorPlace } from './tensor-place.ts';
import type { FileLocation } from './write-tensor-file.ts';

/**
 * The `size` bytes of an array that lies in a file of `place`, in memory of its own.
 * @throws Error saying what is wrong with the file.
 */
export async function readTensorFile(location: FileLocation, size: number, place: TensorPlace): Promise<ArrayBuffer> {
  if (place.kind === 'disk' && location.sha256 === null) throw new Error('it has no hash');
  const handle = await openRegular(location.path);
  try {
    const found = await handle.stat();
    if (found.size < location.offset + size)
      throw new Error(`it has ${found.size} bytes, ${location.offset + size} are needed`);
    const bytes = allocate(size);
    await readAll(handle, location.offset, bytes);
    if (location.sha256 !== null) await checkHash(bytes, location.sha256);
    return bytes;
  } finally {
    await handle.close();
  }
}

/** Memory that is not filled with zeros first, where a buffer can be that large. */
const allocate = (size: number): ArrayBuffer =>
  size <= constants.MAX_LENGTH ? Buffer.allocUnsafeSlow(size).buffer : new ArrayBuffer(size);

function readAll(handle: FileHandle, start: number, bytes: ArrayBuffer): Promise<void> {
  return inSlices(bytes.byteLength, async (offset, length) => {
    const slice = new Uint8Array(bytes, offset, length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await handle.read(slice, done, length - done, start + offset + done);
      if (bytesRead === 0) throw new Error('it became shorter while it was read');
      done += bytesRead;
    }
  });
}

async function checkHash(bytes: ArrayBuffer, expected: string): Promise<void> {
  const hash = createHash('sha256');
  await hashInTurns(hash, new DataView(bytes));
  const found = hash.digest('hex');
  if (found !== expected) throw new Error(`its hash is ${found}, ${expected} is needed`);
}
