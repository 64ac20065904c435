import { join } from 'node:path';
import { expect } from 'vitest';
import { readSafetensors, valuesOf } from '../../src/features/store/safetensors.ts';
import { checkStoreFiles, readStoreManifest } from '../../src/features/store/store.ts';
import { linesOf } from '../data/fixtures.ts';

/** An item's features: of its prompt, and of the chosen and the rejected answer one after the other. */
export interface StoredPair {
  readonly id: unknown;
  readonly prompt: readonly number[];
  readonly pair: readonly number[];
}

/** The prompt, and features by label, of every item of a split as a dataset and its store hold them. */
export async function storedPairs(dataset: string, store: string, split: string): Promise<StoredPair[]> {
  const manifest = await readStoreManifest(store);
  await checkStoreFiles(store, manifest);
  const file = join(store, 'features.safetensors');
  const tensors = await readSafetensors(file);
  const matrix = (name: 'prompts' | 'responses', row: number): number[] => {
    const width = manifest.features[name][1];
    return [...valuesOf(tensors, name, 'float32', file).values.subarray(row * width, (row + 1) * width)];
  };
  const labels = new Map(linesOf(dataset, 'labels.jsonl').map(({ id, preferred }) => [id, preferred]));
  const items = linesOf(dataset, 'items.jsonl').filter((item) => item['split'] === split);
  const rows = valuesOf(tensors, split, 'int32', file).values;
  return items.map(({ id, prompt, a, b }, index) => {
    expect([...rows.subarray(3 * index, 3 * index + 3)]).toEqual([prompt, a, b]);
    const [chosen, rejected] = labels.get(id) === 'a' ? [a, b] : [b, a];
    return {
      id,
      prompt: matrix('prompts', prompt as number),
      pair: [...matrix('responses', chosen as number), ...matrix('responses', rejected as number)],
    };
  });
}
