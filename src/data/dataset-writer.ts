import { join } from 'node:path';
import { writeFileAtomic } from '../base/files/files.ts';
import type { DatasetManifest, LabelLine } from './dataset-format.ts';
import { datasetHash } from './dataset-hash.ts';
import type { Label } from './label.ts';
import { LineWriter } from './lines/line-writer.ts';
import type { ItemRows } from './split-tally.ts';
import { createSplitTally, type SplitTally } from './split-tally.ts';
import { createUniqueRows } from './unique-rows.ts';
import type { DatasetFile } from './verify-dataset-file.ts';

/** An item for the writer, with its sides decided. */
export interface NewItem {
  readonly id: string;
  readonly prompt: string;
  /** Prompts of equal text have separate rows if this differs; left out, equal texts are one row. */
  readonly promptGroup?: number;
  readonly a: string;
  readonly b: string;
  /** Null leaves the item without a label. */
  readonly label: Label | null;
  /** Whether the source's sides were exchanged; left out if sides were kept. */
  readonly swapped?: boolean;
}

/** Marks of a manifest for unknown texts and for repeated prompts. */
type TextMarks = Pick<DatasetManifest, 'texts' | 'repeats'>;

/**
 * Writes a dataset directory item by item, splits one after the other. Rows are numbered in order of first appearance,
 * side a before b; texts are kept as hashes only. Owns its open files until `finish()` or `abandon()`.
 */
export class DatasetWriter {
  readonly #directory: string;
  readonly #files: Readonly<Record<DatasetFile, LineWriter>>;
  readonly #prompts = createUniqueRows();
  readonly #responses = createUniqueRows();
  readonly #splits: SplitTally[] = [];

  /** `directory` exists and is empty. @throws BalpmError (environment) when it cannot be written. */
  constructor(directory: string) {
    const open = (name: DatasetFile): LineWriter => new LineWriter(join(directory, name));
    this.#directory = directory;
    this.#files = {
      'prompts.jsonl': open('prompts.jsonl'),
      'responses.jsonl': open('responses.jsonl'),
      'items.jsonl': open('items.jsonl'),
      'labels.jsonl': open('labels.jsonl'),
    };
  }

  /** Items added from now on belong to this split. */
  startSplit(name: string): void {
    this.#splits.push(createSplitTally(name));
  }

  /** Adds an item to the split started last; returns the rows of its texts. */
  add(item: NewItem): ItemRows {
    const split = this.#splits.at(-1) as SplitTally;
    const prompt = this.#promptRow(item);
    const rows = { prompt, a: this.#responseRow(prompt, item.a), b: this.#responseRow(prompt, item.b) };
    this.#write('items.jsonl', { id: item.id, split: split.name, ...rows });
    if (item.label !== null) this.#write('labels.jsonl', labelLine(item, item.label));
    split.count(rows, item.label !== null);
    return rows;
  }

  /**
   * Completes the files and writes the manifest. `source` is the origin of the items, `marks` what is unusual about the
   * texts.
   */
  finish(name: string, source: DatasetManifest['source'], marks: TextMarks = {}): DatasetManifest {
    const manifest = { ...this.#manifest(name, this.#close(), source), ...marks };
    writeFileAtomic(join(this.#directory, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  }

  /** Closes the files of a dataset that will not be finished. */
  abandon(): void {
    for (const file of Object.values(this.#files)) file.abandon();
  }

  #promptRow({ prompt: text, promptGroup = 0 }: NewItem): number {
    const { row, isNew } = this.#prompts.rowOf(promptGroup, text);
    if (isNew) this.#write('prompts.jsonl', { text });
    return row;
  }

  #responseRow(prompt: number, text: string): number {
    const { row, isNew } = this.#responses.rowOf(prompt, text);
    if (isNew) this.#write('responses.jsonl', { prompt, text });
    return row;
  }

  #write(name: DatasetFile, line: object): void {
    this.#files[name].write(JSON.stringify(line));
  }

  #close(): DatasetManifest['files'] {
    return {
      'prompts.jsonl': this.#files['prompts.jsonl'].close(),
      'responses.jsonl': this.#files['responses.jsonl'].close(),
      'items.jsonl': this.#files['items.jsonl'].close(),
      'labels.jsonl': this.#files['labels.jsonl'].close(),
    };
  }

  #manifest(name: string, files: DatasetManifest['files'], source: DatasetManifest['source']): DatasetManifest {
    const splits = this.#splits.map((split) => ({ name: split.name, counts: split.counts() }));
    const items = splits.reduce((sum, { counts }) => sum + counts.items, 0);
    return {
      schemaVersion: 1,
      kind: 'balpm-dataset',
      name,
      hash: datasetHash(files),
      labelsHash: files['labels.jsonl'].sha256,
      files,
      splits,
      counts: { items, prompts: this.#prompts.size(), responses: this.#responses.size() },
      source,
    };
  }
}

/** Names in this order: the bytes of hard labels do not depend on other fields. */
function labelLine({ id, swapped }: NewItem, { preferred, p, weight }: Label): LabelLine {
  return {
    id,
    preferred,
    ...(p !== undefined && { p }),
    ...(weight !== undefined && { weight }),
    ...(swapped !== undefined && { swapped }),
  };
}
