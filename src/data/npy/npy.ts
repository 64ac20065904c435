import { halfToNumber } from '../../math/widen-floats.ts';
import { parseNpyHeader, unreadableArray } from './npy-header.ts';

/** An array read from NumPy's .npy format, row-major. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Int32Array;
}

/**
 * Reads the bytes of an .npy file (versions 1–3, little-endian, C order). float16 widens to float32, bytes and shorts
 * to int32, 64-bit and unsigned 32-bit integers to float64.
 * @throws BalpmError (data) naming the file when it is not such an array, or is incomplete.
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { type, shape, start } = parseNpyHeader(bytes, name);
  const count = shape.reduce((product, length) => product * length, 1);
  const reader = READERS[type];
  if (!reader)
    throw unreadableArray(name, `its element type is '${type}'`, `expected one of ${Object.keys(READERS).join(' ')}`);
  if (view.byteLength - start !== count * reader.bytes) {
    throw unreadableArray(
      name,
      `${view.byteLength - start} bytes follow the header`,
      `expected ${count * reader.bytes}`,
    );
  }
  const values = new reader.Values(count);
  for (let index = 0; index < count; index++) values[index] = reader.read(view, start + index * reader.bytes);
  return { shape, values };
}

interface Reader {
  readonly bytes: number;
  readonly Values: Float32ArrayConstructor | Float64ArrayConstructor | Int32ArrayConstructor;
  readonly read: (view: DataView, offset: number) => number;
}

const READERS: Readonly<Record<string, Reader>> = {
  '<f2': { bytes: 2, Values: Float32Array, read: (view, offset) => halfToNumber(view.getUint16(offset, true)) },
  '<f4': { bytes: 4, Values: Float32Array, read: (view, offset) => view.getFloat32(offset, true) },
  '<f8': { bytes: 8, Values: Float64Array, read: (view, offset) => view.getFloat64(offset, true) },
  '|i1': { bytes: 1, Values: Int32Array, read: (view, offset) => view.getInt8(offset) },
  '|u1': { bytes: 1, Values: Int32Array, read: (view, offset) => view.getUint8(offset) },
  '|b1': { bytes: 1, Values: Int32Array, read: (view, offset) => view.getUint8(offset) },
  '<i2': { bytes: 2, Values: Int32Array, read: (view, offset) => view.getInt16(offset, true) },
  '<u2': { bytes: 2, Values: Int32Array, read: (view, offset) => view.getUint16(offset, true) },
  '<i4': { bytes: 4, Values: Int32Array, read: (view, offset) => view.getInt32(offset, true) },
  '<u4': { bytes: 4, Values: Float64Array, read: (view, offset) => view.getUint32(offset, true) },
  '<i8': { bytes: 8, Values: Float64Array, read: (view, offset) => Number(view.getBigInt64(offset, true)) },
  '<u8': { bytes: 8, Values: Float64Array, read: (view, offset) => Number(view.getBigUint64(offset, true)) },
};
