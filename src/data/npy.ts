import { dataError } from '../base/errors.ts';

/** An array read from NumPy's .npy format, row-major. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Int32Array;
}

/**
 * Reads the bytes of an .npy file (versions 1–3, little-endian, C order). float16 widens to float32, bytes and shorts
 * to int32, 64-bit and unsigned 32-bit integers to float64.
 * @throws BalpmError (data) naming the file when it is not such an array, or not all of it is there.
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, start } = readHeader(view, name);
  const { type, shape } = parseHeader(header, name);
  const count = shape.reduce((product, length) => product * length, 1);
  const reader = READERS[type];
  if (!reader)
    throw refusal(name, `its element type is '${type}'`, `one of ${Object.keys(READERS).join(' ')} is needed`);
  if (view.byteLength - start !== count * reader.bytes) {
    throw refusal(name, `${view.byteLength - start} bytes follow the header`, `${count * reader.bytes} are needed`);
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

const MAGIC = '\x93NUMPY';

function readHeader(view: DataView, name: string): { header: string; start: number } {
  const magic = view.byteLength < 12 ? '' : textOf(view, 0, MAGIC.length);
  if (magic !== MAGIC) throw refusal(name, 'it does not begin like one', 'an .npy file is needed');
  const wide = view.getUint8(6) > 1;
  const begin = wide ? 12 : 10;
  const start = begin + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > view.byteLength) throw refusal(name, 'it ends within its header', 'a whole file is needed');
  return { header: textOf(view, begin, start - begin), start };
}

function parseHeader(header: string, name: string): { type: string; shape: number[] } {
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (type === undefined || fortran === undefined || shape === undefined) {
    throw refusal(name, `its header is ${JSON.stringify(header.trim())}`, 'descr, fortran_order and shape are needed');
  }
  if (fortran === 'True') throw refusal(name, 'its order is Fortran', 'C order is needed');
  return { type, shape: shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)])) };
}

const textOf = (view: DataView, offset: number, length: number): string =>
  Buffer.from(view.buffer, view.byteOffset + offset, length).toString('latin1');

/** The value of an IEEE half-precision number given by its bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const refusal = (name: string, found: string, needed: string) =>
  dataError(`Cannot read array '${name}': ${found}, ${needed}`);
