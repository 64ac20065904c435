import { existsSync } from 'node:fs';
import { type BalpmError, dataError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { readNpy } from '../data/npy/read-npy.ts';
import { readSafetensorsShapes, readSafetensorsSlices, type StoredTensor } from '../features/store/safetensors.ts';
import { type DType, ITEM_SIZE } from '../protocol/tensor.ts';

/** What an array must be like: its element types, and its axes in words. */
export interface ArrayKind {
  readonly dtypes: readonly DType[];
  readonly axes: readonly string[];
}

const NPY_TYPES: Partial<Record<DType, string>> = { float16: '<f2', float32: '<f4', float64: '<f8' };

/**
 * Reads an array from an .npy file, or from a safetensors file: its only tensor, or the one named by FILE:NAME.
 * @throws BalpmError (data) naming the file when it is missing, not whole, or holds an array of another kind.
 */
export async function readArray(place: string, kind: ArrayKind): Promise<StoredTensor> {
  const { file, name } = splitPlace(place);
  const array = file.endsWith('.safetensors') ? await readTensor(file, name, kind) : await readFromNpy(file, kind);
  if (array.shape.length !== kind.axes.length)
    throw refusal(place, `its shape is (${array.shape.join(', ')})`, `(${kind.axes.join(', ')}) is needed`);
  return array;
}

/** `FILE.safetensors:NAME` names a tensor, unless there is a file of just that name. */
function splitPlace(place: string): { readonly file: string; readonly name: string | undefined } {
  const [, file, name] = /^(.*\.safetensors):(.+)$/.exec(place) ?? [];
  return file === undefined || existsSync(place) ? { file: place, name: undefined } : { file, name };
}

async function readFromNpy(file: string, { dtypes }: ArrayKind): Promise<StoredTensor> {
  const known = dtypes.flatMap((dtype) => (NPY_TYPES[dtype] === undefined ? [] : [{ dtype, type: NPY_TYPES[dtype] }]));
  const { type, shape, bytes } = await readNpy(
    file,
    known.map((entry) => entry.type),
  );
  return { dtype: known.find((entry) => entry.type === type)?.dtype as DType, shape, bytes };
}

async function readTensor(file: string, name: string | undefined, { dtypes }: ArrayKind): Promise<StoredTensor> {
  const tensors = await readSafetensorsShapes(file);
  const names = [...tensors.keys()].sort();
  const wanted = name ?? (names.length === 1 ? names[0] : undefined);
  if (wanted === undefined)
    throw refusal(file, `it holds ${names.length} tensors`, `${file}:NAME is needed${listed(names)}`);
  const found = tensors.get(wanted);
  if (found === undefined) throw refusal(file, `it has no tensor '${wanted}'`, `one of ${names.join(', ')} is needed`);
  if (!dtypes.includes(found.dtype))
    throw refusal(`${file}:${wanted}`, `its elements are ${found.dtype}`, `${dtypes.join(' or ')} is needed`);
  return { ...found, bytes: await readBytes(file, wanted, found) };
}

async function readBytes(
  file: string,
  name: string,
  { dtype, shape }: Omit<StoredTensor, 'bytes'>,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(shape.reduce((product, length) => product * length, ITEM_SIZE[dtype]));
  let at = 0;
  for await (const slice of readSafetensorsSlices(file, name)) {
    bytes.set(slice, at);
    at += slice.length;
  }
  return bytes;
}

const listed = (names: readonly string[]): string => (names.length === 0 ? '' : ` (NAME: ${names.join(', ')})`);

const refusal = (place: string, found: string, needed: string): BalpmError =>
  dataError(`Cannot read array ${quotePath(place)}: ${found}, ${needed}`);
