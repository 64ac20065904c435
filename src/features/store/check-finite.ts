import { type BalpmError, dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { type DType, ITEM_SIZE } from '../../protocol/tensor.ts';
import { readSafetensorsSlices } from './safetensors.ts';

/** Bits of the exponent, all of them set in NaN and infinity; bfloat16 and float16 are read as whole numbers of 16 bits. */
const EXPONENT: Partial<Record<DType, number>> = { float32: 0x7f80_0000, float16: 0x7c00, bfloat16: 0x7f80 };

/**
 * Reads the named matrix (rows × `columns`) of a safetensors file slice by slice.
 * @throws BalpmError (data) naming file, tensor and the first row that holds NaN or infinity.
 */
export async function checkFinite(file: string, name: string, dtype: DType, columns: number): Promise<void> {
  const exponent = EXPONENT[dtype];
  if (exponent === undefined) return;
  let before = 0;
  for await (const bytes of readSafetensorsSlices(file, name)) {
    const bits = bitsOf(bytes, ITEM_SIZE[dtype]);
    const bad = firstWith(exponent, bits);
    if (bad >= 0) throw notFinite(file, name, Math.floor((before + bad) / columns));
    before += bits.length;
  }
}

type Bits = Uint32Array | Uint16Array;

const bitsOf = ({ buffer, byteOffset, byteLength }: Uint8Array, itemSize: number): Bits =>
  itemSize === 4
    ? new Uint32Array(buffer, byteOffset, byteLength / itemSize)
    : new Uint16Array(buffer, byteOffset, byteLength / itemSize);

/** A plain loop: stores hold 10^8 numbers, and a callback for each takes ten times as long. */
function firstWith(exponent: number, bits: Bits): number {
  for (let index = 0; index < bits.length; index++) {
    if (((bits[index] as number) & exponent) === exponent) return index;
  }
  return -1;
}

const notFinite = (file: string, name: string, row: number): BalpmError =>
  dataError(
    `Cannot read features ${quotePath(file)}: row ${row} of tensor '${name}' holds NaN or infinity, finite features are needed`,
  );
