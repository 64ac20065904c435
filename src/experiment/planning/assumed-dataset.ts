import { hashOf } from '../../base/text/canonical-json.ts';
import type { Dataset, SplitItems } from '../../data/dataset.ts';
import { hardLabels } from '../../data/labels.ts';
import type { SplitLabels } from '../../data/read-labels.ts';
import type { KnownDataset } from './known-sizes.ts';

/** A dataset of which the number of items of each split is all that is known. */
export interface AssumedDataset {
  readonly dataset: Dataset;
  readonly labels: SplitLabels;
}

/** Makes it in memory: every item has a label, two answers and a prompt of its own, which is the most there can be. */
export function assumedDataset(path: string, { splits }: KnownDataset): AssumedDataset {
  const items: SplitItems[] = [];
  let first = 0;
  for (const [name, count] of Object.entries(splits)) {
    items.push(splitOf(name, count, first));
    first += count;
  }
  return {
    dataset: {
      path,
      manifest: manifestOf(splits, first),
      splits: new Map(items.map((split) => [split.name, split])),
    },
    labels: new Map(items.map(({ name, ids }) => [name, hardLabels(new Int8Array(ids.length).fill(1))])),
  };
}

function splitOf(name: string, count: number, first: number): SplitItems {
  const rows = (of: (item: number) => number) =>
    Int32Array.from({ length: count }, (_value, index) => of(first + index));
  return {
    name,
    ids: Array.from({ length: count }, (_value, index) => `${name}-${index}`),
    prompts: rows((item) => item),
    a: rows((item) => 2 * item),
    b: rows((item) => 2 * item + 1),
  };
}

function manifestOf(splits: KnownDataset['splits'], items: number): Dataset['manifest'] {
  const hash = hashOf({ assumed: splits });
  const unwritten = { sha256: hash, bytes: 0 };
  return {
    schemaVersion: 1,
    kind: 'balpm-dataset',
    name: 'assumed',
    hash,
    labelsHash: hash,
    files: {
      'prompts.jsonl': unwritten,
      'responses.jsonl': unwritten,
      'items.jsonl': unwritten,
      'labels.jsonl': unwritten,
    },
    splits: Object.entries(splits).map(([name, count]) => ({ name, counts: { ...countsOf(count), labelled: count } })),
    counts: countsOf(items),
    source: { type: 'assumed' },
  };
}

const countsOf = (count: number) => ({ items: count, prompts: count, responses: 2 * count });
