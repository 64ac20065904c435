import { createPolicy } from '../../acquisition/create-policy.ts';
import { findPolicy } from '../../acquisition/index.ts';
import type { MeasureName, Policy, PolicyNeeds } from '../../acquisition/policy.ts';
import { usageError } from '../../base/errors.ts';
import { policyOptions } from '../../config/arm.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { POSTERIOR_TYPES, type PosteriorType, posteriorOf } from '../../posterior/index.ts';
import type { ItemFiles } from './item-files.ts';
import { assertColumns, assertUsable, columnOf, type PoolColumns } from './pool-columns.ts';

/** What a policy is served from. */
interface Served {
  /** Items and prompts of the pool. */
  readonly items: number;
  readonly prompts: number;
  readonly columns: PoolColumns;
  /** The columns as they were read. */
  readonly read: ItemFiles['columns'];
  /** Whether any split of the dataset is measured, not the pool alone. */
  readonly evaluatesSplits: boolean;
}

/** Refuses batches and policies that the pool cannot serve from the start. @throws BalpmError (usage) */
export function assertServed(config: ExperimentConfig, served: Served): void {
  const { acquisition } = config;
  const size = { items: served.items, prompts: served.prompts };
  // Where the whole pool is labelled at once no batch is acquired.
  const keys = acquisition.initial === 'all' ? [] : (['initial', 'batch'] as const);
  for (const key of keys) {
    const asked = acquisition[key];
    if (asked === 'all' || asked <= size.items) continue;
    throw usageError(
      `Cannot use acquisition.${key} ${asked}: the pool has ${size.items} items, at most that is needed`,
    );
  }
  const policy = createPolicy(acquisition.policy, policyOptions(config));
  const objection = policy.objection?.(size) ?? null;
  if (objection !== null) throw usageError(`Cannot use acquisition.${acquisition.policy}.${objection}`);
  assertWeighable(config, policy);
  assertProvided(config, policy.needs, served.evaluatesSplits);
  assertUsable(policy.needs.measures, served.read);
  assertColumns(acquisition.policy, policy.needs.measures, served.columns);
}

/**
 * Weights by inclusion probabilities need a policy that knows them and leaves no item without a chance, and a posterior
 * that takes weights.
 */
function assertWeighable({ acquisition, labels, posterior }: ExperimentConfig, { neverPicks }: Policy): void {
  if (labels.weighting === 'none' || acquisition.initial === 'all') return;
  const { policy } = acquisition;
  const { noInclusion } = findPolicy(policy);
  const refusal = (hindrance: string, advice: string) =>
    usageError(
      `Cannot use labels.weighting ${labels.weighting}: ${hindrance}; give ${advice}, or labels.weighting none`,
    );
  if (posteriorOf(posterior.type).labels === 'hard')
    throw refusal(`posterior.type ${posterior.type} is given no weights`, 'another posterior.type');
  if (acquisition.control > 0)
    throw refusal(
      `acquisition.control ${acquisition.control} compares labels that were drawn in another way`,
      'acquisition.control 0',
    );
  if (noInclusion !== undefined)
    throw refusal(
      `policy '${policy}' has no inclusion probabilities (${noInclusion})`,
      'acquisition.policy sample, best-of with a randomShare, or random',
    );
  if (neverPicks !== undefined)
    throw refusal(`policy '${policy}' never picks ${neverPicks}`, `acquisition.${policy}.randomShare above 0`);
}

/** What a policy asks for and this run cannot give is refused before anything is spent. */
function assertProvided(config: ExperimentConfig, needs: PolicyNeeds, evaluatesSplits: boolean): void {
  const { policy } = config.acquisition;
  const { type } = config.posterior;
  const missing = [
    ...(needs.features === 'latent' && !posteriorOf(type).hasLatentSpace
      ? [`the latent space, which posterior.type ${type} has not`]
      : []),
    ...(needs.targets && !evaluatesSplits ? ['an evaluated split'] : []),
  ];
  if (missing.length > 0) {
    throw usageError(
      `Cannot use policy '${policy}': it asks for ${missing.join(', ')}, what the run provides is needed`,
    );
  }
  for (const measure of needs.measures) {
    if (columnOf(measure) === null) assertMeasured(policy, measure, type);
  }
}

/** A measure that says nothing under the posterior in use would make a policy's choice void. */
function assertMeasured(policy: string, measure: MeasureName, type: PosteriorType): void {
  if (posteriorOf(type).measures.includes(measure)) return;
  const types = POSTERIOR_TYPES.filter((other) => posteriorOf(other).measures.includes(measure));
  const needed = types.length > 0 ? `posterior.type ${types.join(' or ')}` : 'another measure';
  throw usageError(
    `Cannot use policy '${policy}': it ranks by ${measure}, which posterior.type ${type} does not give, ${needed} is needed`,
  );
}
