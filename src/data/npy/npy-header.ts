import { type BalpmError, dataError } from '../../base/errors.ts';

/** What the header of an .npy file says: numpy's type string, the shape, and where the content begins (bytes). */
export interface NpyHeader {
  readonly type: string;
  readonly shape: readonly number[];
  readonly start: number;
}

/** Bytes of a file's beginning that hold any header this side reads. */
export const MOST_HEADER_BYTES = 1 << 20;

const MAGIC = '\x93NUMPY';
const NEWEST_VERSION = 3;

/**
 * Parses the beginning of an .npy file (versions 1–3, C order) of `size` bytes.
 * @throws BalpmError (data) naming the file when it is not such an array, or its header is not whole.
 */
export function parseNpyHeader(head: Uint8Array, name: string, size = head.byteLength): NpyHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = view.byteLength < 12 ? '' : textOf(view, 0, MAGIC.length);
  if (magic !== MAGIC) throw unreadableArray(name, 'it does not begin like one', 'an .npy file is needed');
  const version = view.getUint8(6);
  if (version < 1 || version > NEWEST_VERSION)
    throw unreadableArray(name, `its format has version ${version}`, `1 to ${NEWEST_VERSION} is needed`);
  const [begin, length] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const start = begin + length;
  if (start > size) throw unreadableArray(name, 'it ends within its header', 'a whole file is needed');
  if (start > view.byteLength)
    throw unreadableArray(name, `its header claims ${length} bytes`, `at most ${MOST_HEADER_BYTES} are needed`);
  return { ...parseFields(textOf(view, begin, length), name), start };
}

function parseFields(header: string, name: string): Pick<NpyHeader, 'type' | 'shape'> {
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (type === undefined || fortran === undefined || shape === undefined) {
    const found = `its header is ${JSON.stringify(header.trim().slice(0, 200))}`;
    throw unreadableArray(name, found, 'descr, fortran_order and shape are needed');
  }
  if (fortran === 'True')
    throw unreadableArray(
      name,
      'its order is Fortran',
      'C order is needed (numpy.ascontiguousarray before numpy.save)',
    );
  return { type, shape: shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)])) };
}

const textOf = (view: DataView, offset: number, length: number): string =>
  Buffer.from(view.buffer, view.byteOffset + offset, length).toString('latin1');

/** The failure of a file that is no usable array. */
export const unreadableArray = (name: string, found: string, needed: string): BalpmError =>
  dataError(`Cannot read array '${name}': ${found}, ${needed}`);
