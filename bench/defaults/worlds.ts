import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openStream } from '../../src/random/stream.ts';
import { writeAlpacaStore } from '../alpaca-store.ts';
import type { BenchWorld } from '../policies/worlds.ts';
import { copyStore } from './copy-store.ts';

type Line = { readonly id: string; readonly preferred: string } & Readonly<Record<string, unknown>>;
type Change = (lines: readonly Line[], split: string) => readonly Line[];

const SPLITS = ['train', 'validation', 'test', 'ood'];
const ALPACA = 'configs/examples/minilm.yaml';
const FLIPPED = 0.2;
const [KEPT, COPIES] = [1500, 4];

/**
 * The worlds of docs/decisions/default-policy.md; those on shared data are left out where it is absent. Those of alpaca-graded
 * also need its features in `DIRECTORY/alpaca-graded-store`: `balpm features extract DIRECTORY/alpaca-soft` with
 * all-MiniLM-L6-v2, pooling mean, 256 tokens.
 */
export async function prepareDefaultWorlds(directory: string, shared: string): Promise<readonly BenchWorld[]> {
  const worlds: BenchWorld[] = [
    { name: 'synthetic', config: 'configs/examples/clustered-ensemble.yaml', overrides: [] },
    { name: 'nothing-to-win', config: 'configs/examples/nothing-to-win.yaml', overrides: [] },
  ];
  const data = join(shared, 'data');
  if (!existsSync(data)) return worlds;
  const pairs = importInto(join(directory, 'alpaca-pairs'), join(data, 'alpaca-pairs'));
  const store = join(directory, 'alpaca-pairs-store');
  if (!existsSync(store)) await writeAlpacaStore(join(data, 'alpaca-pairs'), pairs, store);
  const noisy = importChanged(directory, 'alpaca-noisy', join(data, 'alpaca-pairs'), flip);
  const repeated = importChanged(directory, 'alpaca-repeated', join(data, 'alpaca-pairs'), repeat);
  const repeatedStore = join(directory, 'alpaca-repeated-store');
  if (!existsSync(repeatedStore)) await copyStore({ dataset: pairs, store }, repeated, repeatedStore);
  const graded = importChanged(directory, 'alpaca-graded', join(data, 'alpaca-graded'), likelierSide);
  const soft = importInto(join(directory, 'alpaca-soft'), join(data, 'alpaca-graded'));
  const gradedStore = join(directory, 'alpaca-graded-store');
  worlds.push(
    alpaca('alpaca-pairs', pairs, store),
    ...(existsSync(gradedStore)
      ? [alpaca('alpaca-graded', graded, gradedStore), alpaca('alpaca-soft', soft, gradedStore)]
      : []),
    alpaca('alpaca-noisy', noisy, store),
    alpaca('alpaca-repeated', repeated, repeatedStore),
    alpaca('alpaca-large', pairs, store, ['rounds=10', 'acquisition.initial=400', 'acquisition.batch=400']),
  );
  return worlds;
}

const alpaca = (name: string, dataset: string, store: string, more: readonly string[] = []): BenchWorld => ({
  name,
  config: ALPACA,
  overrides: [`data.dataset=${dataset}`, `data.store=${store}`, ...more],
});

function importInto(dataset: string, source: string): string {
  if (!existsSync(dataset))
    execFileSync(process.execPath, ['dist/main.js', 'data', 'import', source, '--out', dataset], { stdio: 'ignore' });
  return dataset;
}

/** Imports a data set of which some splits were changed. */
function importChanged(directory: string, name: string, source: string, change: Change): string {
  const changed = join(directory, `${name}-lines`);
  if (!existsSync(changed)) {
    mkdirSync(changed, { recursive: true });
    for (const split of SPLITS) {
      const lines = readLines(join(source, `${split}.jsonl.gz`));
      const kept = change(lines, split);
      writeFileSync(join(changed, `${split}.jsonl`), kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
    }
  }
  return importInto(join(directory, name), changed);
}

const readLines = (file: string): readonly Line[] =>
  gunzipSync(readFileSync(file))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const ofTraining =
  (change: (lines: readonly Line[]) => readonly Line[]): Change =>
  (lines, split) =>
    split === 'train' ? change(lines) : lines;

/** A fifth of the labels, drawn, says the opposite. */
const flip = ofTraining((lines) => {
  const stream = openStream([0, 'flipped']);
  return lines.map((line) =>
    stream.uniform() < FLIPPED ? { ...line, preferred: line.preferred === 'a' ? 'b' : 'a' } : line,
  );
});

/** Labels without their probabilities. */
const likelierSide: Change = (lines) => lines.map(({ p_a: _probability, ...line }) => line);

/** The first pairs of a seeded order, each several times under ids of its own. */
const repeat = ofTraining((lines) => {
  const stream = openStream([0, 'repeated']);
  const order = lines.map((line) => ({ line, key: stream.uniform() })).toSorted((one, other) => one.key - other.key);
  const kept = order.slice(0, KEPT).map(({ line }) => line);
  return Array.from({ length: COPIES }, (_value, copy) =>
    kept.map((line) => ({ ...line, id: `${line.id}-${copy}` })),
  ).flat();
});
