import type { ExperimentConfig } from '../../config/experiment.ts';
import { remainingPool } from '../problem/pool-views.ts';
import type { Problem } from '../problem/problem.ts';
import type { RunState } from '../state.ts';
import { controlSize } from './control-size.ts';
import { drawControl } from './draw-control.ts';

interface ControlledRun {
  readonly config: ExperimentConfig;
  readonly problem: Problem;
}

/**
 * The items of the batch of `round` that are drawn at random before the policy chooses, in the order drawn: each of the
 * remaining pool is as likely as any other. They depend on seed, round and what is left, not on the policy or its posterior.
 */
export function controlItems(round: number, state: RunState, { config, problem }: ControlledRun): Int32Array {
  const { control, batch } = config.acquisition;
  const size = controlSize(control, batch);
  if (size === 0) return new Int32Array(0);
  const remaining = Array.from(remainingPool(state, problem.pool));
  return Int32Array.from(drawControl({ seed: config.seed, round, remaining, size }));
}
