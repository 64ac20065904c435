import { join } from 'node:path';
import { type Dataset, readDataset } from '../../src/data/dataset.ts';
import { type FeatureMatrix, writeStore } from '../../src/features/store/store.ts';
import { openStream } from '../../src/random/stream.ts';
import { SyntheticWorld, writeSyntheticWorld } from '../../src/synthetic/index.ts';

/** A small dataset with splits train, validation, test and ood, and feature stores of it from different "models". */
export interface TinyStores {
  readonly dataset: string;
  readonly stores: readonly string[];
}

/** Writes a synthetic world of 60 prompts and 240 pairs, and stores of 8, 12 and 16 features beside its own. */
export async function writeTinyStores(directory: string): Promise<TinyStores> {
  const path = join(directory, 'tiny');
  await writeSyntheticWorld(SyntheticWorld.parse(WORLD), path);
  const dataset = await readDataset(path);
  const stores = [8, 12, 16].map((dimension) => join(directory, `store-${dimension}`));
  for (const [index, dimension] of [8, 12, 16].entries())
    await writeRandomStore(stores[index] as string, dataset, dimension);
  return { dataset: path, stores: [join(path, 'features'), ...stores] };
}

const WORLD = {
  kind: 'clustered',
  prompts: 60,
  clusters: 6,
  promptDimension: 8,
  answerDimension: 8,
  sizes: { train: 240, validation: 40, test: 60, ood: 40 },
};

/** A store of a dataset whose features are drawn from the standard normal distribution. */
export async function writeRandomStore(path: string, dataset: Dataset, dimension: number): Promise<void> {
  const splits = new Map([...dataset.splits].map(([name, { prompts, a, b }]) => [name, interleave(prompts, a, b)]));
  const rows = (column: (at: number) => boolean): number =>
    1 + Math.max(...[...splits.values()].flatMap((values) => [...values].filter((_value, at) => column(at % 3))));
  await writeStore(path, {
    dataset: dataset.manifest,
    source: { type: 'random', dimension },
    prompts: randomMatrix(
      'prompts',
      rows((at) => at === 0),
      dimension,
    ),
    responses: randomMatrix(
      'responses',
      rows((at) => at > 0),
      dimension,
    ),
    splits,
  });
}

function interleave(...columns: readonly Int32Array[]): Int32Array {
  const size = columns[0]?.length ?? 0;
  const values = new Int32Array(size * columns.length);
  columns.forEach((column, offset) =>
    column.forEach((value, row) => values.set([value], row * columns.length + offset)),
  );
  return values;
}

function randomMatrix(name: string, rows: number, dimension: number): FeatureMatrix {
  const stream = openStream(['tiny-store', name, dimension]);
  return { values: Float32Array.from({ length: rows * dimension }, () => stream.normal()), dimension };
}
