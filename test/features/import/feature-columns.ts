import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openStream } from '../../../src/random/stream.ts';

/** Rows of numbers by id, in order. */
export type FeatureRows = ReadonlyMap<string, readonly number[]>;

/** Normal features of `count` rows t0, t1, …; equal arguments give equal numbers. */
export function makeFeatures(name: string, count: number, columns: number): FeatureRows {
  const stream = openStream(['test', name, count, columns]);
  return new Map(
    Array.from({ length: count }, (_, row) => [`t${row}`, Array.from({ length: columns }, () => stream.normal())]),
  );
}

/** Writes rows as CSV with numbered columns. */
export function writeFeatures(path: string, rows: FeatureRows): void {
  const width = rows.values().next().value?.length ?? 0;
  const header = ['id', ...Array.from({ length: width }, (_, column) => `f${column}`)].join(',');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, [header, ...[...rows].map(([id, values]) => [id, ...values].join(',')), ''].join('\n'));
}

/** A features dataset of the published layout: pairs of all splits with d = 3, prompts (d = 2) of train alone. */
export function writePublished(folder: string): {
  readonly pairs: string;
  readonly prompts: string;
  readonly rows: Readonly<Record<string, FeatureRows>>;
} {
  const sizes = { train: 30, eval: 12, test: 14, ood: 8 };
  const rows = Object.fromEntries(
    Object.entries(sizes).map(([split, count]) => [split, makeFeatures(split, count, 6)] as const),
  );
  for (const [split, own] of Object.entries(rows)) writeFeatures(join(folder, 'pairs', `${split}.csv`), own);
  const posts = [...makeFeatures('posts', 10, 2).values()];
  const prompts = new Map(
    [...(rows['train'] as FeatureRows).keys()].map((id, row) => [id, posts[row % 10] as number[]]),
  );
  writeFeatures(join(folder, 'prompts', 'train.csv'), prompts);
  return { pairs: join(folder, 'pairs'), prompts: join(folder, 'prompts'), rows: { ...rows, prompts } };
}
