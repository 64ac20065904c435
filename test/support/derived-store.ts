import { join } from 'node:path';
import type { Dataset } from '../../src/data/dataset.ts';
import { readSafetensors, valuesOf } from '../../src/features/store/safetensors.ts';
import { writeStore } from '../../src/features/store/store.ts';

/** The first `dimension` features, changed by `change` (by itself: squared, signs kept). */
interface Derivation {
  readonly dimension: number;
  readonly change?: (value: number) => number;
}

const squared = (value: number): number => value * Math.abs(value);

/** Writes another feature store of a dataset, as if by another model. */
export async function writeDerivedStore(
  dataset: Dataset,
  store: string,
  out: string,
  { dimension, change = squared }: Derivation,
) {
  const file = join(store, 'features.safetensors');
  const tensors = await readSafetensors(file);
  const matrix = (name: string, width: (columns: number) => number) => {
    const { values, shape } = valuesOf(tensors, name, 'float32', file);
    const columns = shape[1] as number;
    const kept = width(columns);
    const rows = values.length / columns;
    return {
      values: Float32Array.from({ length: rows * kept }, (_value, index) => {
        return change(values[Math.floor(index / kept) * columns + (index % kept)] as number);
      }),
      dimension: kept,
    };
  };
  const splits = [...dataset.splits].map(([name, { prompts, a, b }]) => {
    const rows = Array.from(prompts, (prompt, index) => [prompt, a[index] as number, b[index] as number]);
    return [name, Int32Array.from(rows.flat())] as const;
  });
  return writeStore(out, {
    dataset: dataset.manifest,
    source: { type: 'derived', dimension },
    prompts: matrix('prompts', (columns) => columns),
    responses: matrix('responses', () => dimension),
    splits: new Map(splits),
  });
}
