import type { z } from 'zod';
import { featuresPrefetch, type PrefetchSource } from '../protocol/operations/features-prefetch.ts';
import { directoryOrId } from './directory-or-id.ts';
import { type OwnWorkerOptions, useOwnWorker } from './own-worker.ts';

/** What is brought here, with its directory or hub id as given. */
export type PrefetchedSource = z.output<typeof PrefetchSource>;

/** A model, and an adapter, as an extraction without network will read them. */
export interface PrefetchedModel {
  /** Directory of the local copy. */
  readonly directory: string;
  /** Commit of a hub model, which `--revision` takes; null for another directory. */
  readonly revision: string | null;
  readonly adapter: { readonly directory: string; readonly revision: string | null } | null;
  /** Every file that shapes features: name, bytes and SHA-256; those of an adapter are `adapter/NAME`. */
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

export interface PrefetchOptions extends Omit<OwnWorkerOptions, 'device' | 'threads'> {
  readonly settings: Omit<z.input<typeof featuresPrefetch.params>, 'fetch'>;
  /** Told what is missing in the cache before anything is fetched: the model, then the adapter. */
  readonly onMissing: (sources: readonly PrefetchedSource[]) => void;
}

/**
 * Brings the files an extraction reads of a model into the hub's cache, in a worker of its own, and hashes them; of a local
 * directory they are hashed alone.
 * @throws BalpmError (data) when the model cannot be had or is none; those of startWorker.
 */
export async function prefetchModel({ settings, onMissing, ...options }: PrefetchOptions): Promise<PrefetchedModel> {
  const { model, adapter } = settings;
  const places = { model: directoryOrId(model), adapter: adapter === null ? null : directoryOrId(adapter) };
  const params = { ...settings, ...places };
  const { sources, files } = await useOwnWorker({ ...options, device: 'cpu', threads: 1 }, async (call) => {
    onMissing((await call(featuresPrefetch, { ...params, fetch: false })).sources);
    return call(featuresPrefetch, { ...params, fetch: true });
  });
  const [whole, added] = sources.map(({ directory, commit }) => ({ directory: directory as string, revision: commit }));
  return { ...(whole as Pick<PrefetchedModel, 'directory' | 'revision'>), adapter: added ?? null, files };
}
