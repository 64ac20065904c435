import { dataError, usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { Dataset } from '../../data/dataset.ts';
import { assertStoreFits } from '../../features/store/assert-store-fits.ts';
import { readStoreManifest } from '../../features/store/store.ts';
import type { StoreManifest } from '../../features/store/store-format.ts';
import type { StoreRef } from '../../protocol/shapes.ts';

/** A feature store as a fit needs it. */
export interface MemberStore {
  readonly store: StoreRef;
  /** Dimension of its response features. */
  readonly dimension: number;
}

/**
 * The feature stores of a posterior that has one a member; a row of one must be the same text in all, `main` included.
 * @throws BalpmError (data) naming the store that is missing, damaged or of other texts; (usage) for a store named twice.
 */
export async function readMemberStores(
  paths: readonly string[],
  main: StoreManifest,
  dataset: Dataset,
): Promise<readonly MemberStore[]> {
  const stores: MemberStore[] = [];
  for (const path of paths) {
    const manifest = await readStoreManifest(path);
    await assertStoreFits(manifest, dataset, path);
    assertSameRows(manifest, main, path);
    assertNew(manifest, path, stores);
    stores.push({ store: { path, id: manifest.id }, dimension: manifest.features.responses[1] });
  }
  return stores;
}

function assertSameRows({ features }: StoreManifest, main: StoreManifest, path: string): void {
  const found = rowWords(features);
  const needed = rowWords(main.features);
  if (found === needed) return;
  throw dataError(`Cannot use feature store ${quotePath(path)}: it has ${found}, ${needed} (as data.store) are needed`);
}

const rowWords = ({ prompts, responses }: StoreManifest['features']): string =>
  `${prompts[0]} prompts and ${responses[0]} responses`;

/** Two members on one store would differ in their start alone; that is what a deep ensemble is for. */
function assertNew({ id }: StoreManifest, path: string, before: readonly MemberStore[]): void {
  const same = before.find(({ store }) => store.id === id);
  if (same === undefined) return;
  throw usageError(
    `Cannot use data.stores: ${quotePath(path)} has the content of ${quotePath(same.store.path)} (${id.slice(0, 12)}…), stores that differ are needed`,
  );
}
