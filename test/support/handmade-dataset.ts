import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, readDataset } from '../../src/data/dataset.ts';
import { datasetHash } from '../../src/data/dataset-hash.ts';

/** Lines of the four files of a dataset directory, as they are: an import would have refused some of them. */
export interface HandmadeDataset {
  readonly prompts: readonly string[];
  readonly responses: readonly { readonly prompt: number; readonly text: string }[];
  readonly items: readonly { readonly id: string; readonly prompt: number; readonly a: number; readonly b: number }[];
  readonly preferred?: Readonly<Record<string, 'a' | 'b'>>;
}

/** Writes a dataset of one split `train` with a manifest that says so. */
export async function writeHandmadeDataset(path: string, made: HandmadeDataset): Promise<Dataset> {
  mkdirSync(path);
  const { prompts, responses, items, preferred = {} } = made;
  const files = {
    'prompts.jsonl': writeLines(
      path,
      'prompts.jsonl',
      prompts.map((text) => ({ text })),
    ),
    'responses.jsonl': writeLines(path, 'responses.jsonl', responses),
    'items.jsonl': writeLines(
      path,
      'items.jsonl',
      items.map(({ id, ...rows }) => ({ id, split: 'train', ...rows })),
    ),
    'labels.jsonl': writeLines(
      path,
      'labels.jsonl',
      Object.entries(preferred).map(([id, side]) => ({ id, preferred: side })),
    ),
  };
  const counts = { items: items.length, prompts: prompts.length, responses: responses.length };
  const manifest = {
    schemaVersion: 1,
    kind: 'balpm-dataset',
    name: 'handmade',
    hash: datasetHash(files),
    labelsHash: files['labels.jsonl'].sha256,
    files,
    splits: [{ name: 'train', counts: { ...counts, labelled: Object.keys(preferred).length } }],
    counts,
    source: {},
  };
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest));
  return readDataset(path);
}

function writeLines(path: string, name: string, lines: readonly object[]): { sha256: string; bytes: number } {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  writeFileSync(join(path, name), text);
  return { sha256: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text) };
}
