import { type BalpmError, dataError } from '../../base/errors.ts';

/** Header of an .npy file: numpy's type string, the shape, and where the content begins (bytes). */
export interface NpyHeader {
  readonly type: string;
  readonly shape: readonly number[];
  readonly start: number;
}

/** Bytes at the start of a file that contain any header this reader supports. */
export const MOST_HEADER_BYTES = 1 << 20;

const MAGIC = '\x93NUMPY';
const NEWEST_VERSION = 3;

/**
 * Parses the beginning of an .npy file (versions 1–3, C order) of `size` bytes.
 * @throws BalpmError (data) naming the file when it is not such an array, or its header is incomplete.
 */
export function parseNpyHeader(head: Uint8Array, name: string, size = head.byteLength): NpyHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = view.byteLength < 12 ? '' : textOf(view, 0, MAGIC.length);
  if (magic !== MAGIC) throw unreadableArray(name, 'it does not begin like one', 'give an .npy file');
  const version = view.getUint8(6);
  if (version < 1 || version > NEWEST_VERSION)
    throw unreadableArray(name, `its format has version ${version}`, `expected 1 to ${NEWEST_VERSION}`);
  const [begin, length] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const start = begin + length;
  if (start > size) throw unreadableArray(name, 'it ends within its header', 'give the complete file');
  if (start > view.byteLength)
    throw unreadableArray(name, `its header claims ${length} bytes`, `at most ${MOST_HEADER_BYTES} are allowed`);
  return { ...parseFields(textOf(view, begin, length), name), start };
}

function parseFields(header: string, name: string): Pick<NpyHeader, 'type' | 'shape'> {
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (type === undefined || fortran === undefined || shape === undefined) {
    const found = `its header is ${JSON.stringify(header.trim().slice(0, 200))}`;
    throw unreadableArray(name, found, 'expected descr, fortran_order and shape');
  }
  if (fortran === 'True')
    throw unreadableArray(name, 'its order is Fortran', 'use C order (numpy.ascontiguousarray before numpy.save)');
  return { type, shape: shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)])) };
}

const textOf = (view: DataView, offset: number, length: number): string =>
  Buffer.from(view.buffer, view.byteOffset + offset, length).toString('latin1');

/** The failure of a file that is not a supported array. */
export const unreadableArray = (name: string, found: string, remedy: string): BalpmError =>
  dataError(`Cannot read array '${name}': ${found}; ${remedy}`);
