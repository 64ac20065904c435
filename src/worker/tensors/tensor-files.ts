import { rm, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { messageOf, systemCodeOf } from '../../base/errors.ts';
import { quotePath, readableReason } from '../../base/files/files.ts';
import { WorkerFailure } from '../worker-failure.ts';
import { readTensorFile } from './read-tensor-file.ts';
import { placeOf, roomIn, type TensorPlace, type TensorPlaceOptions, tensorPlaces } from './tensor-place.ts';
import { type FileLocation, writeTensorFile } from './write-tensor-file.ts';

/**
 * The files through which one session exchanges arrays that are too large for frames. Every file lives until its reader
 * has it; what is left goes with the session.
 */
export class TensorFiles {
  /** The run directory for the session's worker, as an absolute path; null when there is none. */
  readonly runDir: string | null;
  readonly #places: readonly TensorPlace[];
  /** Work on files that `close` waits for. */
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: TensorPlaceOptions) {
    this.runDir = options.runDir ? resolve(options.runDir) : null;
    this.#places = tensorPlaces(options);
  }

  /** The session's directory in shared memory, for its worker; null when there is none. */
  get sharedMemory(): string | null {
    return this.#places.find(({ kind }) => kind === 'memory')?.directory ?? null;
  }

  /**
   * Puts an array into a file at the first place with room.
   * @throws WorkerFailure UNWRITABLE saying what each place lacks, TOO_LARGE without any; the reason of `signal`.
   */
  async write(what: string, values: ArrayBufferView, signal?: AbortSignal): Promise<FileLocation> {
    const found: string[] = [];
    for (const place of this.#places) {
      const location = await this.#track(tryWrite(place, values, signal));
      if (typeof location !== 'string') return location;
      found.push(location);
    }
    throw noRoom(what, values.byteLength, found);
  }

  /** The bytes of an array in a file of this session, which is removed. @throws Error naming the file and what is wrong. */
  async read(location: FileLocation, size: number): Promise<ArrayBuffer> {
    return this.#track(this.#read(location, size));
  }

  /** Removes a file of this session; others are left alone. */
  remove({ path }: FileLocation): Promise<void> {
    const removed = async (): Promise<void> => {
      if ((await placeOf(path, this.#places).catch(() => undefined)) !== undefined) await rm(path, { force: true });
    };
    return this.#track(removed());
  }

  /** Removes everything, once nothing is being read or written; the worker must have ended. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    for (const { directory, kind } of this.#places) {
      await rm(directory, { recursive: true, force: true });
      await rm(`${directory}.making`, { recursive: true, force: true });
      if (kind === 'disk') await rmdir(dirname(directory)).catch(() => undefined); // others may use it still
    }
  }

  async #read(location: FileLocation, size: number): Promise<ArrayBuffer> {
    const where = quotePath(location.path);
    const place = await placeOf(location.path, this.#places).catch((error: unknown) => {
      throw new Error(`file ${where}: ${readableReason(error)}`, { cause: error });
    });
    if (place === undefined) throw new Error(`file ${where} is not in a directory of this session`);
    try {
      return await readTensorFile(location, size, place);
    } catch (error) {
      throw new Error(`file ${where}: ${messageOf(error)}`, { cause: error });
    } finally {
      await rm(location.path, { force: true });
    }
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    const forget = (): void => void this.#underWay.delete(work);
    work.then(forget, forget);
    return work;
  }
}

/** The file, or why there cannot be one. */
async function tryWrite(
  place: TensorPlace,
  values: ArrayBufferView,
  signal?: AbortSignal,
): Promise<FileLocation | string> {
  const where = quotePath(place.directory);
  try {
    const room = await roomIn(place);
    if (room < values.byteLength) return `${where} has room for ${Math.max(0, Math.floor(room))}`;
    return await writeTensorFile(place, values, signal);
  } catch (error) {
    if (systemCodeOf(error) === undefined || signal?.aborted) throw error;
    return `${where} cannot be used (${readableReason(error)})`;
  }
}

const noRoom = (what: string, size: number, found: readonly string[]): WorkerFailure =>
  new WorkerFailure(
    found.length > 0 ? 'UNWRITABLE' : 'TOO_LARGE',
    `Cannot send ${what}: it takes ${size} bytes and ${found.join(', ') || 'there is no directory for files'}; a run directory or shared memory with that room is needed`,
  );
