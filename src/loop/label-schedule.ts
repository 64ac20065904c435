import type { ExperimentConfig } from '../config/experiment.ts';

/** Labels acquired when each round is trained, round 0 first: the last round is the config's, or the one that empties the pool. */
export function labelSchedule({ acquisition, rounds }: ExperimentConfig, poolSize: number): number[] {
  const initial = initialLabels(acquisition.initial, poolSize);
  const untilEmpty = 1 + Math.ceil((poolSize - initial) / acquisition.batch);
  return Array.from({ length: Math.min(rounds, untilEmpty) }, (_value, round) =>
    Math.min(poolSize, initial + round * acquisition.batch),
  );
}

/** How many labels are drawn before the first round. */
export const initialLabels = (initial: ExperimentConfig['acquisition']['initial'], poolSize: number): number =>
  initial === 'all' ? poolSize : initial;
