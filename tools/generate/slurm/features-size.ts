import { type KnownSizes, knownAt } from '../../../src/experiment/planning/known-sizes.ts';

/** GiB that the answers of these stores and one store's prompts take in float32, no text being there twice. */
export function featuresGiB(sizes: KnownSizes, dataset: string, stores: readonly string[]): number {
  const pairs = Object.values(known(sizes.datasets, dataset).splits).reduce((sum, count) => sum + count, 0);
  const widths = stores.map((store) => known(sizes.stores, store));
  const answers = widths.reduce((sum, { responses }) => sum + responses, 0);
  const prompts = Math.max(...widths.map((width) => width.prompts));
  return (pairs * 4 * (2 * answers + prompts)) / 2 ** 30;
}

/** @throws when the table of sizes lacks it. */
function known<Value>(table: Readonly<Record<string, Value>>, place: string): Value {
  const found = knownAt(table, `/${place}`);
  if (found === undefined) throw new Error(`Cannot size '${place}': configs/parts/paper-sizes.yaml needs it`);
  return found;
}
