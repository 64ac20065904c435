import type { TensorSpec } from '../../protocol/tensor.ts';
import { planTensors } from './plan-tensors.ts';
import type { Tensor, Tensors } from './tensor.ts';
import type { TensorFiles } from './tensor-files.ts';
import { describeTensors } from './tensor-frames.ts';
import type { FileLocation } from './write-tensor-file.ts';

/** The tensors of one message, ready to be sent. */
export interface PackedTensors {
  readonly specs: readonly TensorSpec[];
  /** Those that travel as frames, in the order of the frames. */
  readonly inline: Tensors;
  /** Removes the files of the others. */
  readonly release: () => Promise<void>;
}

/** The tensors as frames, or undefined when all together are too large for that. @throws WorkerFailure TOO_LARGE for too many. */
export function packInline(tensors: Tensors, what: string): PackedTensors | undefined {
  const descriptions = describeTensors(tensors, what);
  if (planTensors(descriptions.map(({ nbytes }) => nbytes)).size > 0) return undefined;
  const specs = descriptions.map((description, frame) => ({ ...description, loc: { kind: 'frame' as const, frame } }));
  return { specs, inline: tensors, release: () => Promise.resolve() };
}

/**
 * Puts the largest arrays into files when all together are too large for frames.
 * @throws WorkerFailure TOO_LARGE without room for the files; the reason of `signal`. No file is left then.
 */
export async function packTensors(
  tensors: Tensors,
  what: string,
  files: TensorFiles,
  signal?: AbortSignal,
): Promise<PackedTensors> {
  const descriptions = describeTensors(tensors, what);
  const inFiles = planTensors(descriptions.map(({ nbytes }) => nbytes));
  const inline: [string, Tensor][] = [];
  const written: FileLocation[] = [];
  const release = async (): Promise<void> => void (await Promise.all(written.map((file) => files.remove(file))));
  const place = async (index: number, name: string, tensor: Tensor): Promise<TensorSpec['loc']> => {
    if (!inFiles.has(index)) return { kind: 'frame', frame: inline.push([name, tensor]) - 1 };
    const file = await files.write(`tensor '${name}' of ${what}`, tensor.values, signal);
    written.push(file);
    return file;
  };
  try {
    const specs: TensorSpec[] = [];
    for (const [index, description] of descriptions.entries()) {
      const { name } = description;
      specs.push({ ...description, loc: await place(index, name, tensors[name] as Tensor) });
    }
    return { specs, inline: Object.fromEntries(inline), release };
  } catch (error) {
    await release();
    throw error;
  }
}
