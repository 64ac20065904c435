import { z } from 'zod';
import { doAgree, Preference, Probability, Weight } from './label.ts';

const FileEntry = z.strictObject({ sha256: z.string().length(64), bytes: z.int().min(0) });

/** Counts of one split. */
export const SplitCounts = z.strictObject({
  items: z.int().min(0),
  labelled: z.int().min(0),
  prompts: z.int().min(0),
  responses: z.int().min(0),
});

/**
 * `manifest.json` of a dataset directory. `hash` covers texts and items (not labels): SHA-256 of the canonical JSON of
 * `{"items": sha, "prompts": sha, "responses": sha}`; a feature store belongs to this hash. Splits keep their order.
 */
export const DatasetManifest = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('balpm-dataset'),
  name: z.string().min(1),
  hash: z.string().length(64),
  labelsHash: z.string().length(64),
  files: z.strictObject({
    'prompts.jsonl': FileEntry,
    'responses.jsonl': FileEntry,
    'items.jsonl': FileEntry,
    'labels.jsonl': FileEntry,
  }),
  splits: z.array(z.strictObject({ name: z.string().min(1), counts: SplitCounts })),
  counts: z.strictObject({ items: z.int().min(0), prompts: z.int().min(0), responses: z.int().min(0) }),
  /** Left out if texts are known; `none` if the dataset was made from features: each text names a feature row. */
  texts: z.literal('none').optional(),
  /**
   * Left out if every prompt occurs once; `prompts` if prompts were cut, so that different ones may have become equal.
   */
  repeats: z.literal('prompts').optional(),
  source: z.record(z.string(), z.unknown()),
});
export type DatasetManifest = z.infer<typeof DatasetManifest>;

/** Line of `prompts.jsonl`; its row is its line, from 0. Unique texts in order of first appearance. */
export const PromptLine = z.strictObject({ text: z.string().min(1) });
export type PromptLine = z.infer<typeof PromptLine>;
/** Line of `responses.jsonl`: a unique pair of prompt and response text; `prompt` is a row of prompts.jsonl. */
export const ResponseLine = z.strictObject({ prompt: z.int().min(0), text: z.string().min(1) });
export type ResponseLine = z.infer<typeof ResponseLine>;
/** Line of `items.jsonl`: rows of prompt and of both responses. Nothing here depends on the label. */
export const ItemLine = z.strictObject({
  id: z.string().min(1),
  split: z.string().min(1),
  prompt: z.int().min(0),
  a: z.int().min(0),
  b: z.int().min(0),
});
export type ItemLine = z.infer<typeof ItemLine>;
/**
 * Line of `labels.jsonl`; items without a label have no line. `p` and `weight` as in Label; `swapped` records an
 * import-time side shuffle.
 */
export const LabelLine = z
  .strictObject({
    id: z.string().min(1),
    preferred: Preference,
    p: Probability.exactOptional(),
    weight: Weight.exactOptional(),
    swapped: z.boolean().exactOptional(),
  })
  .refine(({ preferred, p }) => p === undefined || doAgree(preferred, p), {
    path: ['p'],
    message: 'a probability on the other side of ½ than `preferred`',
  });
export type LabelLine = z.infer<typeof LabelLine>;
