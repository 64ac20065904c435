import { z } from 'zod';
import { setting } from './setting.ts';

/** The number types a language model and a store may have. */
const Float = z.enum(['float32', 'float16', 'bfloat16']);

/** Which model is read and how it is loaded into memory: fields of every operation that runs one over texts. */
export const modelSource = {
  model: setting(z.string().min(1), 'model directory, or hub id (HF_HUB_OFFLINE=1: from the cache only)', {
    value: '<dir or id>',
    details: 'Only configuration, tokenizer and safetensors weights of a hub repository are fetched.',
  }),
  revision: setting(z.string().nullable(), 'branch, tag or commit of a hub model', {
    value: '<name>',
    details: '`source` records it, and the commit as `commit`.',
  }),
  dtype: setting(Float, 'type the model computes in', {
    value: '<type>',
    default: 'float32',
    details: 'The CPU computes in float32 only.',
  }),
  device: setting(z.string().min(1), 'auto, cpu, cuda, cuda:1, …', {
    value: '<name>',
    default: 'auto',
    details: '`auto` is a GPU if there is one. With a device map, `auto` lets the map choose among all GPUs.',
  }),
  trustRemoteCode: setting(
    z.boolean(),
    "run Python code that the model brings along: its authors' code runs on this machine with your rights",
    { details: 'It can read and send your files. Without this option such a model is an error.' },
  ),
  adapter: setting(z.string().min(1).nullable(), 'PEFT adapter (LoRA, …) to add to the model', {
    value: '<dir or id>',
  }),
  attention: setting(
    z.enum(['eager', 'sdpa', 'flash_attention_2', 'flex_attention']).nullable(),
    'implementation of attention',
    {
      value: '<how>',
      usual: "the library's choice",
      details:
        '`flash_attention_2` needs its package; `flex_attention` compiles at first use and is slow to start on a CPU. Features agree up to rounding.',
    },
  ),
  quantisation: setting(z.enum(['8bit', '4bit']).nullable(), 'weights in 8 or 4 bits, with bitsandbytes', {
    option: 'load-in',
    value: '<bits>',
    details:
      'The methods are LLM.int8 and NF4. bitsandbytes is not among the required packages. Features differ from those of the full weights.',
  }),
  deviceMap: setting(
    z.enum(['auto', 'balanced', 'sequential']).nullable(),
    'spread the layers over all GPUs, for a model too large for one',
    {
      value: '<how>',
      details:
        '`auto` and `balanced` fill the GPUs evenly, `sequential` one after the other. Needs `--device auto`; `CUDA_VISIBLE_DEVICES` excludes GPUs. A map that leaves layers to the CPU or the disk is an error, because every batch would copy them.',
    },
  ),
} as const;
