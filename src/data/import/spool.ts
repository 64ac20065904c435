import { join } from 'node:path';
import type { Label } from '../label.ts';
import { readJsonLines } from '../lines/json-lines.ts';
import { LineWriter } from '../lines/line-writer.ts';
import { orderSplits } from './sources/split-names.ts';

/** A checked pair with its final id. */
export interface SpooledPair {
  readonly id: string;
  readonly prompt: string;
  readonly a: string;
  readonly b: string;
  readonly label: Label | null;
  readonly ranked: boolean;
}

/** Checked pairs on disk, one file per split: sources are read once and then processed in split order. */
export interface Spool {
  readonly add: (split: string, pair: SpooledPair) => void;
  /** Number of splits so far. */
  readonly size: () => number;
  /** The splits so far, in the dataset's order. */
  readonly splits: () => readonly string[];
  /** Ends writing. */
  readonly close: () => void;
  readonly read: (split: string) => AsyncIterable<SpooledPair>;
  readonly abandon: () => void;
}

/** An empty spool in an existing directory. */
export function openSpool(directory: string): Spool {
  const files = new Map<string, { readonly path: string; readonly writer: LineWriter }>();
  const writerOf = (split: string): LineWriter => {
    const known = files.get(split);
    if (known !== undefined) return known.writer;
    const path = join(directory, `${files.size}.jsonl`);
    const writer = new LineWriter(path);
    files.set(split, { path, writer });
    return writer;
  };
  return {
    add: (split, pair) => writerOf(split).write(JSON.stringify(pair)),
    size: () => files.size,
    splits: () => orderSplits(files.keys()),
    close: () => {
      for (const { writer } of files.values()) writer.close();
    },
    read: async function* (split) {
      const file = files.get(split);
      if (file) for await (const { value } of readJsonLines(file.path)) yield value as unknown as SpooledPair;
    },
    abandon: () => {
      for (const { writer } of files.values()) writer.abandon();
    },
  };
}
