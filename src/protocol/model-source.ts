import { z } from 'zod';

/** Which model is read and how it is laid into memory: fields of every operation that runs one over texts. */
export const modelSource = {
  /** A directory, or a hub id. */
  model: z.string().min(1),
  /** Branch, tag or commit of a hub id. */
  revision: z.string().nullable(),
  dtype: z.enum(['float32', 'float16', 'bfloat16']),
  /** With a device map `auto`: the map chooses among all GPUs. */
  device: z.string().min(1),
  trustRemoteCode: z.boolean(),
  /** A PEFT directory or hub id, put onto the model. */
  adapter: z.string().min(1).nullable(),
  /** Null: the library's choice. */
  attention: z.enum(['eager', 'sdpa', 'flash_attention_2', 'flex_attention']).nullable(),
  quantisation: z.enum(['8bit', '4bit']).nullable(),
  /** How layers are shared out among several GPUs; null: all of them on `device`. */
  deviceMap: z.enum(['auto', 'balanced', 'sequential']).nullable(),
} as const;
