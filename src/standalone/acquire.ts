import { createPolicy } from '../acquisition/create-policy.ts';
import { describeInclusion, type ToldInclusion } from '../acquisition/describe-inclusion.ts';
import { noInclusion } from '../acquisition/no-inclusion.ts';
import type { AcquireRequest } from './acquire-request.ts';
import { acquireWith } from './acquire-with.ts';

/** A request and the policy that answers it. */
export interface AcquireOptions extends AcquireRequest {
  /** Its name; docs/explanation/acquisition.md lists them. */
  readonly policy: string;
  /** Its options; those left out take their defaults. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/**
 * One picked item: its row in `prompts`, its score (null where the policy has none), the terms that explain it, and
 * the probability that it came into the batch, or null and why that is not known (docs/explanation/inclusion.md).
 */
export type AcquiredPick = {
  readonly index: number;
  readonly score: number | null;
  readonly terms: Readonly<Record<string, number>>;
} & ToldInclusion;

/**
 * Picks the next batch from embeddings and scores of one's own: min(batch, pool) distinct items of the pool, in order.
 * Up to 20,000 distinct prompts of 1,024 features no Python is needed.
 * @throws BalpmError (usage) on an unknown policy, an option or number that is not valid, and a policy that needs more
 * than scores and embeddings; (data) on arrays and lists that do not fit, naming the item; (stopped) once `signal` is
 * aborted; those of a worker.
 * @example await acquire({ policy: 'batch-entropy', prompts: float32Tensor(values, [n, d]), scores, batch: 320 })
 */
export async function acquire({ policy: name, options, ...request }: AcquireOptions): Promise<readonly AcquiredPick[]> {
  const picks = await acquireWith({ name, policy: createPolicy(name, options) }, request);
  return picks.map(({ item, score, terms, inclusion }) => ({
    index: item,
    score,
    terms,
    ...describeInclusion(inclusion, noInclusion(name)),
  }));
}
