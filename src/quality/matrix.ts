import { join } from 'node:path';
import { readSafetensorsRows, readSafetensorsSlices } from '../features/store/safetensors.ts';
import type { StoreManifest } from '../features/store/store-format.ts';
import { widenBfloat16, widenFloat16 } from '../math/widen-floats.ts';
import { ITEM_SIZE } from '../protocol/tensor.ts';

/** One of the two matrices of a store, on disk. */
export interface StoredMatrix {
  readonly file: string;
  readonly name: 'prompts' | 'responses';
  readonly dtype: StoreManifest['features']['dtype'];
  readonly rows: number;
  readonly columns: number;
}

/** Some whole rows of a matrix: as numbers, and as the bytes they have in the file. */
export interface RowBlock {
  /** The matrix's row of the first one. */
  readonly start: number;
  readonly rows: number;
  /** rows × columns, row-major. */
  readonly values: Float32Array;
  readonly bytes: Uint8Array;
}

const BLOCK_BYTES = 8 << 20;

/** The matrix of that name of the store in directory `path`. */
export function matrixOf(path: string, { features }: StoreManifest, name: StoredMatrix['name']): StoredMatrix {
  const [rows, columns] = features[name];
  return { file: join(path, features.file), name, dtype: features.dtype, rows, columns };
}

/** Every row of a matrix in order, about 8 MiB at a time. @throws BalpmError (data) */
export async function* readBlocks(matrix: StoredMatrix): AsyncGenerator<RowBlock> {
  const rowBytes = matrix.columns * ITEM_SIZE[matrix.dtype];
  const sliceBytes = Math.max(1, Math.floor(BLOCK_BYTES / rowBytes)) * rowBytes;
  let start = 0;
  for await (const bytes of readSafetensorsSlices(matrix.file, matrix.name, sliceBytes)) {
    const rows = bytes.length / rowBytes;
    yield { start, rows, values: widen(bytes, matrix.dtype), bytes };
    start += rows;
  }
}

/** Some rows of a matrix in the order asked for, row-major. @throws BalpmError (data) */
export const readRows = async ({ file, name, dtype }: StoredMatrix, rows: ArrayLike<number>): Promise<Float32Array> =>
  widen(await readSafetensorsRows(file, name, rows), dtype);

function widen({ buffer, byteOffset, byteLength }: Uint8Array, dtype: StoredMatrix['dtype']): Float32Array {
  const count = byteLength / ITEM_SIZE[dtype];
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer as ArrayBuffer, byteOffset, count);
    case 'float16':
      return widenFloat16(new Uint16Array(buffer as ArrayBuffer, byteOffset, count));
    case 'bfloat16':
      return widenBfloat16(new Uint16Array(buffer as ArrayBuffer, byteOffset, count));
  }
}
