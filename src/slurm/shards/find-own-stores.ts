import { join } from 'node:path';
import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { readExtractionPlan } from '../../features/extraction/extraction-plan.ts';
import { readStoreManifest } from '../../features/store/store.ts';

/**
 * The stores that the shards in a folder make at `out`: one, or one a kind of features in it.
 * @throws BalpmError (data) where a store of another dataset, model or setting lies there.
 */
export async function findOwnStores(shards: string, out: string): Promise<string[]> {
  const plan = await readExtractionPlan(shards);
  if (plan === null) throw notOwn(out, `${quotePath(shards)} has no plan.json`);
  const { outputs } = plan;
  const stores = outputs.length === 1 ? [out] : outputs.map(({ name }) => join(out, name));
  for (const store of stores) {
    const { dataset, source } = await readStoreManifest(store);
    const other = Object.keys(plan.source).find((key) => source[key] !== plan.source[key]);
    if (dataset.hash !== plan.dataset.hash) throw notOwn(store, 'it is of another dataset');
    if (other !== undefined) throw notOwn(store, `its ${other} is another`);
  }
  return stores;
}

const notOwn = (store: string, found: string) =>
  dataError(
    `Cannot go on at ${quotePath(store)}: a store is there that these shards do not make (${found}); move it away, then submit the same again (with --only failed where the merge failed)`,
  );
