import { type StoredTensor } from '../features/store/safetensors.ts';
import type { Tensor } from '../worker/tensors/tensor.ts';
import type { AcquireRequest } from './acquire-request.ts';
import type { Scores } from './measures-from-scores.ts';
import { readArray } from './read-array.ts';
import { readList } from './read-list.ts';

/** Files a request is made of. */
export interface InputFiles {
  readonly prompts: string;
  readonly scores?: string;
  readonly logits?: string;
  readonly distances?: string;
  readonly acquired?: string;
  readonly order?: string;
  readonly groups?: string;
}

type Inputs = Pick<AcquireRequest, keyof InputFiles>;

const PROMPTS = { dtypes: ['float32', 'float16', 'bfloat16'], axes: ['items', 'features'] } as const;
const LOGITS = { dtypes: ['float32'], axes: ['samples', 'items'] } as const;
const SCORES = { dtypes: ['float32', 'float64'], axes: ['items'] } as const;

/** Reads the arrays and lists of a request. @throws BalpmError (data) naming the file. */
export async function readInputs(files: InputFiles): Promise<Inputs> {
  // What a list holds is checked, entry by entry, by acquire().
  const lists: { [name: string]: readonly unknown[] } = {};
  for (const name of ['acquired', 'order', 'groups'] as const)
    if (files[name] !== undefined) lists[name] = await readList(files[name]);
  const columns: { scores?: Scores; distances?: Scores } = {};
  for (const name of ['scores', 'distances'] as const)
    if (files[name] !== undefined) columns[name] = scoresOf(await readArray(files[name], SCORES));
  const logits = files.logits === undefined ? {} : { logits: tensorOf(await readArray(files.logits, LOGITS)) };
  return { prompts: tensorOf(await readArray(files.prompts, PROMPTS)), ...columns, ...logits, ...lists };
}

function scoresOf({ dtype, bytes }: StoredTensor): Scores {
  const buffer = bytes.buffer as ArrayBuffer;
  return dtype === 'float64' ? new Float64Array(buffer) : new Float32Array(buffer);
}

function tensorOf({ dtype, shape, bytes }: StoredTensor): Tensor {
  const buffer = bytes.buffer as ArrayBuffer;
  return dtype === 'float32'
    ? { dtype, shape, values: new Float32Array(buffer) }
    : { dtype: dtype as 'float16' | 'bfloat16', shape, values: new Uint16Array(buffer) };
}
