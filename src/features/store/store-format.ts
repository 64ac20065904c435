import { z } from 'zod';

/**
 * `manifest.json` of a feature store. The tensors lie in `features.safetensors`: `prompts` (P × D), `responses` (R × D),
 * rows as in the dataset's prompts.jsonl and responses.jsonl, and per split an int32 (n × 3) of rows (prompt, a, b).
 * `id` is the SHA-256 of the canonical JSON of `{"dataset": hash, "features": sha256, "source": source}`;
 * `source` holds text, integers and booleans only, so that both languages write the same canonical JSON.
 */
export const StoreManifest = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('balpm-features'),
  id: z.string().length(64),
  dataset: z.strictObject({ name: z.string(), hash: z.string().length(64) }),
  features: z.strictObject({
    file: z.literal('features.safetensors'),
    sha256: z.string().length(64),
    bytes: z.int().min(0),
    dtype: z.enum(['float32', 'float16', 'bfloat16']),
    prompts: z.tuple([z.int().min(0), z.int().min(1)]),
    responses: z.tuple([z.int().min(0), z.int().min(1)]),
  }),
  source: z.record(z.string(), z.union([z.string(), z.int(), z.boolean(), z.null()])),
  stats: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  /** SHA-256 by name of the model's files; `source.modelHash` is the hash of this object. */
  modelFiles: z.record(z.string(), z.string().length(64)).optional(),
});
export type StoreManifest = z.infer<typeof StoreManifest>;
