import { messageOf } from '../../base/errors.ts';
import type { TensorSpec } from '../../protocol/tensor.ts';
import type { Tensor, Tensors } from './tensor.ts';
import type { TensorFiles } from './tensor-files.ts';
import { checkSize, decodeTensor, viewTensor } from './tensor-frames.ts';

/**
 * Tensors over the frames they came in, without a copy, and over the bytes of their files, which are gone afterwards.
 * @throws Error when sizes do not agree or a file is not as the header says.
 */
export async function unpackTensors(
  specs: readonly TensorSpec[],
  frames: readonly Buffer[],
  files: TensorFiles,
): Promise<Tensors> {
  const inline = specs.filter(({ loc }) => loc.kind === 'frame').length;
  try {
    if (inline !== frames.length) throw new Error(`${inline} tensors in frames came with ${frames.length} frames`);
    if (new Set(specs.map(({ name }) => name)).size !== specs.length) throw new Error('two tensors have the same name');
    const tensors: [string, Tensor][] = [];
    for (const spec of specs) tensors.push([spec.name, await unpack(spec, frames, files)]);
    return Object.fromEntries(tensors);
  } catch (error) {
    await discardTensors(specs, files);
    throw error;
  }
}

/** Removes the files of an answer that nobody reads. */
export async function discardTensors(specs: readonly TensorSpec[], files: TensorFiles): Promise<void> {
  await Promise.all(specs.flatMap(({ loc }) => (loc.kind === 'file' ? [files.remove(loc)] : [])));
}

async function unpack(spec: TensorSpec, frames: readonly Buffer[], files: TensorFiles): Promise<Tensor> {
  if (spec.loc.kind === 'frame') return decodeTensor(spec, frames[spec.loc.frame]);
  checkSize(spec);
  try {
    return viewTensor(spec, await files.read(spec.loc, spec.nbytes));
  } catch (error) {
    throw new Error(`tensor '${spec.name}': ${messageOf(error)}`, { cause: error });
  }
}
