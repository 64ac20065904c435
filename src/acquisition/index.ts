import { usageError } from '../base/errors.ts';
import { badge } from './policies/badge.ts';
import { batchBald } from './policies/batch-bald/batch-bald.ts';
import { batchEntropy } from './policies/batch-entropy/batch-entropy.ts';
import { batchEntropyKl } from './policies/batch-entropy-kl/batch-entropy-kl.ts';
import { bestOf } from './policies/best-of.ts';
import { clusteredRank } from './policies/clustered-rank.ts';
import { dOptimal } from './policies/d-optimal.ts';
import { entropyMinimiser } from './policies/entropy-minimiser.ts';
import { entropyOnly } from './policies/entropy-only.ts';
import { epig } from './policies/epig.ts';
import { joint } from './policies/joint/joint.ts';
import { kCenter } from './policies/k-center.ts';
import { llmUncertainty } from './policies/llm-uncertainty.ts';
import { nearTie } from './policies/near-tie.ts';
import { power } from './policies/power.ts';
import { probcover } from './policies/probcover/probcover.ts';
import { random } from './policies/random.ts';
import { sample } from './policies/sample.ts';
import { sampleThenRank } from './policies/sample-then-rank.ts';
import { softRank } from './policies/soft-rank.ts';
import { softmax } from './policies/softmax.ts';
import { stateEntropy } from './policies/state-entropy.ts';
import { topK } from './policies/top-k.ts';
import { typiclust } from './policies/typiclust/typiclust.ts';
import type { PolicyDefinition } from './policy.ts';

/** Every policy: the one place where a policy is registered. */
export const POLICIES: readonly PolicyDefinition[] = [
  random,
  topK,
  bestOf,
  sample,
  softmax,
  power,
  softRank,
  sampleThenRank,
  clusteredRank,
  stateEntropy,
  batchEntropy,
  batchEntropyKl,
  entropyOnly,
  entropyMinimiser,
  joint,
  llmUncertainty,
  nearTie,
  batchBald,
  epig,
  kCenter,
  dOptimal,
  badge,
  typiclust,
  probcover,
];

/** The policy of that name. @throws BalpmError (usage) naming the policies there are. */
export function findPolicy(name: string): PolicyDefinition {
  const found = POLICIES.find((policy) => policy.name === name);
  if (found) return found;
  throw usageError(
    `Cannot use policy '${name}': there is no such policy, one of ${POLICIES.map((policy) => policy.name).join(', ')} is needed`,
  );
}
