import { batchEntropy } from './policies/batch-entropy.ts';
import { random } from './policies/random.ts';
import { topK } from './policies/top-k.ts';
import type { PolicyDefinition } from './policy.ts';

/** Every policy: the one place where a policy is registered. */
export const POLICIES: readonly PolicyDefinition[] = [random, topK, batchEntropy];
