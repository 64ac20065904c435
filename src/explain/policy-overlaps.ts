import { createPolicy } from '../acquisition/create-policy.ts';
import { POLICIES } from '../acquisition/index.ts';
import { BalpmError } from '../base/errors.ts';
import { policyOptions } from '../config/arm.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { policyContext } from '../loop/policy-context.ts';
import { recomputeBatch } from './recompute-batch.ts';
import type { Revisit } from './revisit-batch.ts';

/** What another policy would have picked in the place of the run's: how many of the batch, and how alike both are. */
interface PolicyOverlap {
  readonly policy: string;
  readonly picks: number;
  /** Picks that are in the run's batch too, their share of it, and |A ∩ B| / |A ∪ B|. */
  readonly shared: number;
  readonly share: number;
  readonly jaccard: number;
}

/** A policy that cannot choose in this run, and why. */
interface UnservedPolicy {
  readonly policy: string;
  readonly reason: string;
}

/** Every registered policy beside a batch of a run. */
export interface PoliciesComparison {
  readonly run: string;
  readonly round: number;
  readonly policy: string;
  readonly reproduced: true;
  readonly batch: number;
  readonly overlaps: readonly PolicyOverlap[];
  readonly unserved: readonly UnservedPolicy[];
}

/**
 * Lets every registered policy choose the batch in the run's state, with the options the run's configuration gives it and the
 * random stream of its name. @throws BalpmError as recomputeBatch().
 */
export async function policyOverlaps(revisit: Revisit): Promise<PoliciesComparison> {
  await recomputeBatch(revisit);
  const { id, batch } = revisit;
  const overlaps: PolicyOverlap[] = [];
  const unserved: UnservedPolicy[] = [];
  for (const { name } of POLICIES) {
    const chosen = await chooseBy(name, revisit);
    if (typeof chosen === 'string') unserved.push({ policy: name, reason: chosen });
    else overlaps.push({ policy: name, ...overlapOf(chosen, batch.ids) });
  }
  return {
    run: id,
    round: batch.round,
    policy: batch.policy,
    reproduced: true,
    batch: batch.ids.length,
    overlaps,
    unserved,
  };
}

/** The ids a policy picks, or why it cannot: what would stop a run with it before the run begins, or the policy itself. */
async function chooseBy(name: string, revisit: Revisit): Promise<readonly string[] | string> {
  const { batch, state, model, workbench } = revisit;
  const config = withPolicy(revisit.config, name);
  const note = (sentence: string): void => revisit.note(`${name}: ${sentence}`);
  try {
    const problem = await workbench.prepare(config);
    const policy = createPolicy(name, policyOptions(config));
    const context = await policyContext(batch.round, policy.needs, state, { config, problem, model, note });
    return (await policy.select(context)).map(({ item }) => problem.pool.ids[item] as string);
  } catch (error) {
    if (error instanceof BalpmError && (error.kind === 'usage' || error.kind === 'data')) return error.message;
    throw error;
  }
}

/** The run's settings with another policy, under its own name. */
const withPolicy = (config: ExperimentConfig, policy: string): ExperimentConfig => ({
  ...config,
  acquisition: { ...config.acquisition, policy, name: null },
});

function overlapOf(picks: readonly string[], batch: readonly string[]): Omit<PolicyOverlap, 'policy'> {
  const recorded = new Set(batch);
  const shared = picks.filter((id) => recorded.has(id)).length;
  return {
    picks: picks.length,
    shared,
    share: shared / batch.length,
    jaccard: shared / (picks.length + batch.length - shared),
  };
}
