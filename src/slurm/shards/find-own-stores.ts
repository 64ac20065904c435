import { join } from 'node:path';
import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { readExtractionPlan } from '../../features/extraction/extraction-plan.ts';
import { readStoreManifest } from '../../features/store/store.ts';

/**
 * The stores at `out` that the shards in a folder create: one, or one per kind of features in that folder.
 * @throws BalpmError (data) if a store of another dataset, model or setting is there.
 */
export async function findOwnStores(shards: string, out: string): Promise<string[]> {
  const plan = await readExtractionPlan(shards);
  if (plan === null) throw notOwn(out, `${quotePath(shards)} has no plan.json`);
  const { outputs } = plan;
  const stores = outputs.length === 1 ? [out] : outputs.map(({ name }) => join(out, name));
  for (const store of stores) {
    const { dataset, source } = await readStoreManifest(store);
    const other = Object.keys(plan.source).find((key) => source[key] !== plan.source[key]);
    if (dataset.hash !== plan.dataset.hash) throw notOwn(store, 'its dataset differs');
    if (other !== undefined) throw notOwn(store, `its ${other} differs`);
  }
  return stores;
}

const notOwn = (store: string, found: string) =>
  dataError(
    `Cannot continue at ${quotePath(store)}: it has a store of another extraction (${found}); move it away, then run the same submit command again (with --only failed if the merge failed)`,
  );
