import { type BalpmError, dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { readSafetensorsSlices, type StoredTensor } from './safetensors.ts';
import type { StoreManifest } from './store-format.ts';

type Shapes = ReadonlyMap<string, Pick<StoredTensor, 'dtype' | 'shape'>>;

/**
 * Checks that the tables of items in a store's file (int32, n × 3) name rows that its matrices have.
 * @throws BalpmError (data) naming the file, the table and the first row beyond.
 */
export async function checkItemTables(
  file: string,
  shapes: Shapes,
  { prompts, responses }: StoreManifest['features'],
): Promise<void> {
  const bounds = [prompts[0], responses[0], responses[0]] as const;
  for (const [name, { dtype, shape }] of shapes) {
    if (name === 'prompts' || name === 'responses') continue;
    if (dtype !== 'int32' || shape.length !== 2 || shape[1] !== 3)
      throw unfit(file, `tensor '${name}' is ${dtype} ${shape.join(' × ')}, and no table of items (int32 n × 3)`);
    let at = 0;
    for await (const { buffer, byteOffset, byteLength } of readSafetensorsSlices(file, name)) {
      const rows = new Int32Array(buffer, byteOffset, byteLength / 4);
      const bad = rows.findIndex((row, index) => row < 0 || row >= (bounds[(at + index) % 3] as number));
      if (bad >= 0)
        throw unfit(
          file,
          `item ${Math.floor((at + bad) / 3)} of table '${name}' names row ${rows[bad]} of ${bounds[(at + bad) % 3]}`,
        );
      at += rows.length;
    }
  }
}

const unfit = (file: string, found: string): BalpmError =>
  dataError(`Cannot read features ${quotePath(file)}: ${found}; extract or import the features again`);
