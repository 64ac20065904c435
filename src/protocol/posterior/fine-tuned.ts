import { z } from 'zod';

/**
 * M adapters of one causal language model, each with a linear reward on the last hidden state. It reads the texts of the
 * `dataset` directory by the rows of its store; labels stay where they are.
 */
export const FineTunedKind = z
  .strictObject({
    type: z.literal('fine-tuned'),
    members: z.int().min(1).max(256),
    dataset: z.string().min(1),
    datasetHash: z.string().min(1),
    model: z.string().min(1),
    revision: z.string().min(1).nullable(),
    dtype: z.enum(['float32', 'float16', 'bfloat16']),
    responseTemplate: z.string().min(1),
    maxTokens: z.int().min(1).nullable(),
    rank: z.int().min(1).max(1024),
    alpha: z.number().gt(0),
    /** Names of the modules to adapt; null: every linear layer. */
    targetModules: z.array(z.string().min(1)).min(1).nullable(),
    /** Pairs that go through the model together while learning. */
    microBatch: z.int().min(1),
    /** Tokens that go through it together while scoring. */
    tokenBudget: z.int().min(1),
  })
  .meta({ id: 'FineTunedKind' });
