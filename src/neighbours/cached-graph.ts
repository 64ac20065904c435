import { join, resolve } from 'node:path';
import type { NeighbourGraph } from '../acquisition/policy.ts';
import { hashFile, makeDirectory, writeFileAtomic } from '../base/files/files.ts';
import { readRegular } from '../base/files/regular-file.ts';
import { removeLeftOver } from '../base/files/temporary-files.ts';
import { hashOf, sha256 } from '../base/text/canonical-json.ts';
import { knnBuild } from '../protocol/operations/knn-build.ts';
import type { StoreRef } from '../protocol/shapes.ts';
import type { WorkerClient } from '../worker/client.ts';
import { int32Tensor } from '../worker/tensors/tensor.ts';
import { readGraph } from './worker-neighbours.ts';

/** The graph of `neighbours` nearest prompts of each of `rows` (int32) of a store. */
export interface GraphRequest {
  readonly store: StoreRef;
  readonly rows: Int32Array;
  readonly neighbours: number;
}

/** A digest of what a graph depends on. */
export function graphKey({ store, rows, neighbours }: GraphRequest): string {
  const content = { store: store.id, rows: sha256(new Uint8Array(rows.buffer)), neighbours };
  return hashOf({ version: knnBuild.version, ...content });
}

/** Reads the graph from the cache, where the worker puts it first if need be. */
export async function loadGraph(
  client: WorkerClient,
  { store, rows, neighbours }: GraphRequest,
  cacheDir: string,
): Promise<NeighbourGraph> {
  const directory = resolve(cacheDir, '.cache');
  const key = graphKey({ store, rows, neighbours });
  const file = join(directory, `knn-${key.slice(0, 16)}.safetensors`);
  if (!(await isWhole(file))) {
    makeDirectory(directory);
    removeLeftOver(directory);
    const request = { store, neighbours, out: file };
    const { data } = await client.call(knnBuild, request, { rows: int32Tensor(rows) });
    writeFileAtomic(checkOf(file), `${data.sha256}\n`);
  }
  return readGraph(file);
}

const checkOf = (file: string): string => `${file}.sha256`;

/** Whether a file of the cache is there as it was written; it is made again otherwise. */
async function isWhole(file: string): Promise<boolean> {
  try {
    return (await readRegular(checkOf(file))).toString('utf8').trim() === (await hashFile(file));
  } catch {
    return false;
  }
}
