import { usageError } from '../base/errors.ts';
import { badge } from './policies/badge.ts';
import { batchBald } from './policies/batch-bald.ts';
import { batchEntropy } from './policies/batch-entropy.ts';
import { dOptimal } from './policies/d-optimal.ts';
import { epig } from './policies/epig.ts';
import { kCenter } from './policies/k-center.ts';
import { nearTie } from './policies/near-tie.ts';
import { probcover } from './policies/probcover.ts';
import { random } from './policies/random.ts';
import { topK } from './policies/top-k.ts';
import { typiclust } from './policies/typiclust.ts';
import type { PolicyDefinition } from './policy.ts';

/** Every policy: the one place where a policy is registered. */
export const POLICIES: readonly PolicyDefinition[] = [
  random,
  topK,
  batchEntropy,
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
