import { join } from 'node:path';
import { writeFileAtomic } from '../base/files.ts';
import type { DatasetManifest, Side } from './dataset-format.ts';
import { datasetHash } from './dataset-hash.ts';
import { LineWriter } from './line-writer.ts';
import { createSplitTally, type SplitTally } from './split-tally.ts';
import { createUniqueRows } from './unique-rows.ts';

/** An item as the writer takes it, sides already decided. */
export interface NewItem {
  readonly id: string;
  readonly prompt: string;
  readonly a: string;
  readonly b: string;
  /** Null leaves the item without a label. */
  readonly preferred: Side | null;
  /** Whether the source's sides were exchanged; left out when sides were kept. */
  readonly swapped?: boolean;
}

/** Rows an item was given in prompts.jsonl and responses.jsonl. */
export interface ItemRows {
  readonly prompt: number;
  readonly a: number;
  readonly b: number;
}

/** Writes a dataset directory item by item, splits one after the other. */
export interface DatasetWriter {
  readonly startSplit: (name: string) => void;
  readonly add: (item: NewItem) => ItemRows;
  /** Ends the files and writes the manifest. `source` says where the items come from. */
  readonly finish: (source: Readonly<Record<string, unknown>>) => DatasetManifest;
  /** Closes the files of a dataset that will not be finished. */
  readonly abandon: () => void;
}

/**
 * Opens a writer in an existing empty directory. Rows are numbered in order of first appearance, side a before b;
 * texts are held as hashes only.
 */
export function openDatasetWriter(directory: string, name: string): DatasetWriter {
  const open = (file: string): LineWriter => new LineWriter(join(directory, file));
  const files = {
    prompts: open('prompts.jsonl'),
    responses: open('responses.jsonl'),
    items: open('items.jsonl'),
    labels: open('labels.jsonl'),
  };
  const prompts = createUniqueRows();
  const responses = createUniqueRows();
  const splits: SplitTally[] = [];

  const promptRow = (text: string): number => {
    const { row, isNew } = prompts.rowOf(0, text);
    if (isNew) files.prompts.write(JSON.stringify({ text }));
    return row;
  };
  const responseRow = (prompt: number, text: string): number => {
    const { row, isNew } = responses.rowOf(prompt, text);
    if (isNew) files.responses.write(JSON.stringify({ prompt, text }));
    return row;
  };
  const add = (item: NewItem): ItemRows => {
    const split = splits.at(-1) as SplitTally;
    const prompt = promptRow(item.prompt);
    const rows = { prompt, a: responseRow(prompt, item.a), b: responseRow(prompt, item.b) };
    files.items.write(JSON.stringify({ id: item.id, split: split.name, ...rows }));
    if (item.preferred !== null) files.labels.write(JSON.stringify(labelLine(item)));
    split.count(rows, item.preferred !== null);
    return rows;
  };
  const finish = (source: Readonly<Record<string, unknown>>): DatasetManifest => {
    const entries = {
      'prompts.jsonl': files.prompts.close(),
      'responses.jsonl': files.responses.close(),
      'items.jsonl': files.items.close(),
      'labels.jsonl': files.labels.close(),
    };
    const items = splits.reduce((sum, split) => sum + split.counts().items, 0);
    const manifest = manifestOf(
      name,
      entries,
      splits,
      { items, prompts: prompts.size(), responses: responses.size() },
      source,
    );
    writeFileAtomic(join(directory, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  };
  const startSplit = (split: string): void => {
    splits.push(createSplitTally(split));
  };
  const abandon = (): void => Object.values(files).forEach((file) => file.abandon());
  return { startSplit, add, finish, abandon };
}

function labelLine({ id, preferred, swapped }: NewItem): Readonly<Record<string, unknown>> {
  return swapped === undefined ? { id, preferred } : { id, preferred, swapped };
}

function manifestOf(
  name: string,
  files: DatasetManifest['files'],
  splits: readonly SplitTally[],
  counts: DatasetManifest['counts'],
  source: Readonly<Record<string, unknown>>,
): DatasetManifest {
  return {
    schemaVersion: 1,
    kind: 'balpm-dataset',
    name,
    hash: datasetHash(files),
    labelsHash: files['labels.jsonl'].sha256,
    files,
    splits: splits.map((split) => ({ name: split.name, counts: split.counts() })),
    counts,
    source,
  };
}
