import { z } from 'zod';
import { modelSource } from '../model-source.ts';
import { defineOperation } from '../operation.ts';
import { Digest } from '../text.ts';

/** A model or an adapter: its name as given, what of it is not in the cache, and where it lies once it is there. */
export const PrefetchSource = z
  .strictObject({
    kind: z.enum(['model', 'adapter']),
    name: z.string(),
    /** Files and bytes that the hub has and the cache has not; null: the hub cannot be asked. A directory lacks none. */
    missing: z
      .strictObject({ files: z.int().min(0), bytes: z.int().min(0) })
      .meta({ id: 'MissingFiles' })
      .nullable(),
    /** Null: it was not asked for. */
    directory: z.string().nullable(),
    /** Commit of a hub repository, null for another directory. */
    commit: z.string().nullable(),
  })
  .meta({ id: 'PrefetchSource' });

/** A file that shapes features; those of an adapter are `adapter/NAME`. */
const PrefetchedFile = z
  .strictObject({ name: z.string(), bytes: z.int().min(0), sha256: Digest })
  .meta({ id: 'PrefetchedFile' });

/**
 * Brings the files that an extraction reads of a model, and of an adapter, into the local cache and hashes them; without
 * `fetch` it only tells what is missing there.
 */
export const featuresPrefetch = defineOperation({
  name: 'features.prefetch',
  version: 1,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      model: modelSource.model,
      revision: modelSource.revision,
      adapter: modelSource.adapter.describe('PEFT adapter to fetch too'),
      trustRemoteCode: modelSource.trustRemoteCode.describe(
        'fetch the Python files that the model brings along too; none is run',
      ),
      fetch: z.boolean(),
    })
    .meta({ id: 'FeaturesPrefetchParams' }),
  data: z
    .strictObject({ sources: z.array(PrefetchSource), files: z.array(PrefetchedFile) })
    .meta({ id: 'FeaturesPrefetchData' }),
});
