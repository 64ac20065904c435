import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TensorSpec } from '../../protocol/tensor.ts';
import { hashInTurns, inSlices } from './in-slices.ts';
import type { TensorPlace } from './tensor-place.ts';

export type FileLocation = Extract<TensorSpec['loc'], { kind: 'file' }>;

/** Writes the bytes of an array as a new file that appears whole or not at all. @throws system errors, `signal`'s reason. */
export async function writeTensorFile(
  { directory, kind }: TensorPlace,
  values: ArrayBufferView,
  signal?: AbortSignal,
): Promise<FileLocation> {
  const path = join(directory, `${randomUUID()}.tensor`);
  const partial = `${path}.partial`;
  const handle = await open(partial, 'wx', 0o600);
  try {
    const sha256 = kind === 'disk' ? await writeHashed(handle, values, signal) : null;
    if (kind === 'memory') await writeAll(handle, values, signal);
    await handle.close();
    await rename(partial, path);
    return { kind: 'file', path, offset: 0, sha256 };
  } catch (error) {
    await handle.close().catch(() => undefined); // its failure is the one being told
    await rm(partial, { force: true });
    throw error;
  }
}

/** Writes and hashes side by side, then waits for the disk. */
async function writeHashed(handle: FileHandle, values: ArrayBufferView, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const both = await Promise.allSettled([writeAll(handle, values, signal), hashInTurns(hash, values, signal)]);
  const failed = both.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  await handle.sync();
  return hash.digest('hex');
}

function writeAll(handle: FileHandle, values: ArrayBufferView, signal?: AbortSignal): Promise<void> {
  const writeSlice = async (offset: number, length: number): Promise<void> => {
    // A view of the slice alone: one of all the bytes cannot be made beyond 4 GiB.
    const slice = new Uint8Array(values.buffer, values.byteOffset + offset, length);
    for (let done = 0; done < length; ) {
      done += (await handle.write(slice, done, length - done, offset + done)).bytesWritten;
    }
  };
  return inSlices(values.byteLength, writeSlice, signal);
}
