import { join } from 'node:path';
import { readDataset } from '../src/data/dataset.ts';
import { readSafetensors } from '../src/features/store/safetensors.ts';
import { writeStore } from '../src/features/store/store.ts';

/** IEEE half precision, little-endian, as float32. */
function widen(bytes: Uint8Array): Float32Array {
  const halves = new Uint16Array(bytes.slice().buffer);
  return Float32Array.from(halves, (half) => {
    const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
    const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    return half & 0x8000 ? -size : size;
  });
}

/** Writes the MiniLM features that come with alpaca-pairs (in `source`) as a store of the imported `dataset`. */
export async function writeAlpacaStore(source: string, dataset: string, store: string): Promise<void> {
  const tensors = await readSafetensors(join(source, 'minilm.safetensors'));
  const { manifest } = await readDataset(dataset);
  const matrix = (name: string) => ({
    values: widen(tensors.get(name)!.bytes),
    dimension: tensors.get(name)!.shape[1]!,
  });
  const rows = (name: string): Int32Array => new Int32Array(tensors.get(name)!.bytes.slice().buffer);
  await writeStore(store, {
    dataset: manifest,
    source: { type: 'shared', model: 'all-MiniLM-L6-v2' },
    prompts: matrix('prompts'),
    responses: matrix('responses'),
    splits: new Map(manifest.splits.map(({ name }) => [name, rows(name)])),
  });
}
