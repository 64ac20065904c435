import { join } from 'node:path';
import { publishDirectory } from '../base/files/files.ts';
import { hashOf } from '../base/text/canonical-json.ts';
import type { DatasetManifest } from '../data/dataset-format.ts';
import { DatasetWriter } from '../data/dataset-writer.ts';
import { LineWriter } from '../data/lines/line-writer.ts';
import { type FeatureMatrix, writeStore } from '../features/store/store.ts';
import { synthesise, type World, type WorldAnswer, type WorldPair, type WorldSplit } from './synthesise.ts';
import { type SyntheticWorld, WORLD_VERSION } from './world-config.ts';

/**
 * Writes the world as a dataset directory with its feature store in `features`. `truth.jsonl` beside them has the
 * latent rewards; no run reads it. Returns the dataset's manifest.
 * @throws BalpmError (usage) when `path` exists.
 */
export async function writeSyntheticWorld(config: SyntheticWorld, path: string): Promise<DatasetManifest> {
  const world = synthesise(config);
  const source = { type: 'synthetic', version: WORLD_VERSION, kind: config.kind, configHash: hashOf(config) };
  let manifest: DatasetManifest | undefined;
  await publishDirectory(path, async (temporary) => {
    const written = writeDataset(temporary, world, config);
    manifest = written.manifest;
    writeTruth(join(temporary, 'truth.jsonl'), world);
    await writeStore(join(temporary, 'features'), { dataset: manifest, source, ...written.features });
  });
  return manifest as DatasetManifest;
}

interface WrittenWorld {
  readonly manifest: DatasetManifest;
  readonly features: {
    readonly prompts: FeatureMatrix;
    readonly responses: FeatureMatrix;
    readonly splits: ReadonlyMap<string, Int32Array>;
  };
}

function writeDataset(directory: string, world: World, config: SyntheticWorld): WrittenWorld {
  const writer = new DatasetWriter(directory);
  const prompts = createRows();
  const responses = createRows();
  const splits = new Map<string, Int32Array>();
  for (const split of world.splits) splits.set(split.name, writeSplit(writer, split, prompts, responses));
  const manifest = writer.finish(`synthetic-${config.kind}`, { type: 'synthetic', world: config });
  return { manifest, features: { prompts: prompts.matrix(), responses: responses.matrix(), splits } };
}

function writeSplit(writer: DatasetWriter, split: WorldSplit, prompts: RowBuilder, responses: RowBuilder): Int32Array {
  writer.startSplit(split.name);
  const rows = split.pairs.flatMap((pair, index) => {
    const row = writer.add({
      id: idOf(split, index),
      ...textsOf(split, pair, index),
      label: { preferred: pair.preferred },
    });
    prompts.set(row.prompt, pair.prompt.features);
    responses.set(row.a, responseFeatures(pair, pair.a));
    responses.set(row.b, responseFeatures(pair, pair.b));
    return [row.prompt, row.a, row.b];
  });
  return Int32Array.from(rows);
}

const idOf = (split: WorldSplit, index: number): string => `${split.name}-${index + 1}`;

/**
 * Readable placeholders, distinct for every prompt and response; the order of responses does not depend on their
 * reward.
 */
function textsOf(split: WorldSplit, pair: WorldPair, index: number): { prompt: string; a: string; b: string } {
  const { cluster, number } = pair.prompt;
  const answer = `to ${split.name} question ${number + 1} of topic ${cluster + 1}.`;
  return {
    prompt: `Question ${number + 1} of topic ${cluster + 1}, from the ${split.name} split?`,
    a: `Answer ${2 * index + 1} ${answer}`,
    b: `Answer ${2 * index + 2} ${answer}`,
  };
}

/** A row of responses is its prompt's features, then the response's. */
const responseFeatures = (pair: WorldPair, answer: WorldAnswer): number[] => [
  ...pair.prompt.features,
  ...answer.features,
];

interface RowBuilder {
  readonly set: (row: number, values: ArrayLike<number>) => void;
  readonly matrix: () => FeatureMatrix;
}

function createRows(): RowBuilder {
  const rows: ArrayLike<number>[] = [];
  return {
    set: (row, values) => {
      rows[row] = values;
    },
    matrix: () => {
      const dimension = rows[0]?.length ?? 0;
      const values = new Float32Array(rows.length * dimension);
      rows.forEach((row, index) => values.set(row, index * dimension));
      return { values, dimension };
    },
  };
}

function writeTruth(path: string, world: World): void {
  const file = new LineWriter(path);
  for (const split of world.splits) {
    split.pairs.forEach(({ a, b }, index) =>
      file.write(JSON.stringify({ id: idOf(split, index), reward_a: a.reward, reward_b: b.reward })),
    );
  }
  file.close();
}
