import { createPolicy } from '../acquisition/create-policy.ts';
import type { MeasureName, Pick, PolicyContext } from '../acquisition/policy.ts';
import { environmentError } from '../base/errors.ts';
import { policyOptions } from '../config/arm.ts';
import { policyContext } from '../loop/policy-context.ts';
import type { Revisit } from './revisit-batch.ts';

/** A batch chosen again, and what the policy saw. */
export interface RecomputedBatch {
  readonly context: PolicyContext;
  readonly picks: readonly Pick[];
}

/**
 * Lets the run's own policy choose the batch again, with some measures more in its sight than it asks for.
 * @throws BalpmError (environment) when its picks are not the recorded ones, in their order.
 */
export async function recomputeBatch(
  revisit: Revisit,
  measures: readonly MeasureName[] = [],
): Promise<RecomputedBatch> {
  const { config, batch, state } = revisit;
  const policy = createPolicy(config.acquisition.policy, policyOptions(config));
  const needs = { ...policy.needs, measures: [...new Set([...policy.needs.measures, ...measures])] };
  const context = await policyContext(batch.round, needs, state, revisit);
  const picks = await policy.select(context);
  assertReproduced(revisit, picks);
  return { context, picks };
}

function assertReproduced({ id, batch, problem }: Revisit, picks: readonly Pick[]): void {
  const ids = picks.map(({ item }) => problem.pool.ids[item] as string);
  const size = Math.max(ids.length, batch.ids.length);
  const differing = Array.from({ length: size }, (_, position) => position).filter(
    (position) => ids[position] !== batch.ids[position],
  );
  const [first] = differing;
  if (first === undefined) return;
  const found = `pick ${first + 1} is '${ids[first] ?? 'none'}' now and was '${batch.ids[first] ?? 'none'}' (${differing.length} of ${size} differ)`;
  throw environmentError(
    `Cannot reproduce the batch of round ${batch.round} of run '${id}': ${found}, the code, versions and device it was chosen with (its env.json) are needed`,
  );
}
