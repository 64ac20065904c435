import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDataset, type SplitItems } from '../../src/data/dataset.ts';
import { readSafetensors } from '../../src/features/store/safetensors.ts';
import { writeStore } from '../../src/features/store/store.ts';

interface Place {
  readonly dataset: string;
  readonly store: string;
}

/** Writes the store of a dataset whose texts are all in another one, from that one's store. */
export async function copyStore(from: Place, dataset: string, store: string): Promise<void> {
  const tensors = await readSafetensors(join(from.store, 'features.safetensors'));
  const target = await readDataset(dataset);
  const matrix = (name: 'prompts' | 'responses') => {
    const { bytes, shape } = tensors.get(name)!;
    const all = new Float32Array(bytes.slice().buffer);
    const dimension = shape[1]!;
    const rows = rowsIn(textsOf(from.dataset, name), textsOf(dataset, name));
    const values = new Float32Array(rows.length * dimension);
    rows.forEach((row, at) => values.set(all.subarray(row * dimension, (row + 1) * dimension), at * dimension));
    return { values, dimension };
  };
  await writeStore(store, {
    dataset: target.manifest,
    source: { type: 'copied' },
    prompts: matrix('prompts'),
    responses: matrix('responses'),
    splits: new Map([...target.splits].map(([name, split]) => [name, rowsOf(split)])),
  });
}

/** Keys of the texts in row order: a response counts with its prompt's text. */
function textsOf(dataset: string, name: 'prompts' | 'responses'): readonly string[] {
  const lines = (file: string) =>
    readFileSync(join(dataset, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly text: string; readonly prompt?: number });
  const prompts = lines('prompts.jsonl').map(({ text }) => text);
  if (name === 'prompts') return prompts;
  return lines('responses.jsonl').map(({ text, prompt }) => `${prompts[prompt!]}\u0000${text}`);
}

function rowsIn(all: readonly string[], wanted: readonly string[]): readonly number[] {
  const rowOf = new Map(all.map((text, row) => [text, row]));
  return wanted.map((text) => rowOf.get(text)!);
}

/** Rows (prompt, a, b) of a split, n × 3. */
function rowsOf({ prompts, a, b }: SplitItems): Int32Array {
  const rows = new Int32Array(3 * a.length);
  for (let item = 0; item < a.length; item++) rows.set([prompts[item]!, a[item]!, b[item]!], 3 * item);
  return rows;
}
