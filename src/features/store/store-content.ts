import { type BalpmError, dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { DatasetManifest } from '../../data/dataset-format.ts';
import type { StoreManifest } from './store-format.ts';

/** Names of a store's file that no split can have. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['prompts', 'responses', '__metadata__']);

/** Rows of features, row-major. */
export interface FeatureMatrix {
  readonly values: Float32Array;
  readonly dimension: number;
}

/** What a feature store made in TypeScript holds. */
export interface StoreContent {
  readonly dataset: Pick<DatasetManifest, 'name' | 'hash' | 'counts'>;
  /** Where the features come from: text, integers and booleans; a part of the store's id. */
  readonly source: StoreManifest['source'];
  /** P × D, rows as in prompts.jsonl. */
  readonly prompts: FeatureMatrix;
  /** R × D', rows as in responses.jsonl. */
  readonly responses: FeatureMatrix;
  /** Per split n × 3 rows (prompt, a, b), row-major, in the dataset's item order. */
  readonly splits: ReadonlyMap<string, Int32Array>;
  readonly stats?: StoreManifest['stats'];
}

/** Checks a store before it is written to `path`. @throws BalpmError (data) naming the row or the split. */
export function checkContent(path: string, { dataset, prompts, responses, splits }: StoreContent): void {
  checkMatrix(path, 'prompts', prompts, dataset.counts.prompts);
  checkMatrix(path, 'responses', responses, dataset.counts.responses);
  for (const [name, rows] of splits) checkSplit(path, name, rows, dataset.counts);
}

function checkMatrix(path: string, name: string, matrix: FeatureMatrix, rows: number): void {
  if (matrix.values.length !== rows * matrix.dimension) {
    const found = `${matrix.values.length} values of ${name}`;
    throw unwritable(path, found, `${rows} rows of ${matrix.dimension} are`);
  }
  const bad = matrix.values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const row = Math.floor(bad / matrix.dimension);
  throw unwritable(path, `row ${row} of ${name} holds ${matrix.values[bad]}`, 'a finite number is');
}

function checkSplit(path: string, name: string, rows: Int32Array, counts: DatasetManifest['counts']): void {
  if (RESERVED_NAMES.has(name)) throw unwritable(path, `a split is called '${name}'`, 'another name is');
  if (rows.length % 3 !== 0)
    throw unwritable(path, `split '${name}' has ${rows.length} row numbers`, 'three an item are');
  const bounds = [counts.prompts, counts.responses, counts.responses] as const;
  const bad = rows.findIndex((row, index) => row < 0 || row >= (bounds[index % 3] as number));
  if (bad < 0) return;
  const bound = bounds[bad % 3] as number;
  throw unwritable(
    path,
    `item ${Math.floor(bad / 3)} of split '${name}' names row ${rows[bad]}`,
    `a row below ${bound} is`,
  );
}

/** Rows of a matrix. */
export const rowsOf = (matrix: FeatureMatrix): number => matrix.values.length / matrix.dimension;

const unwritable = (path: string, found: string, needed: string): BalpmError =>
  dataError(`Cannot write feature store ${quotePath(path)}: ${found}, ${needed} needed`);
