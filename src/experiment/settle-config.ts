import type { ExperimentConfig } from '../config/experiment.ts';
import { labelSchedule } from '../loop/label-schedule.ts';
import type { Inputs } from '../loop/problem/inputs.ts';
import { defaultSettings } from '../posterior/default-settings.ts';
import { fillSettings } from '../posterior/fill-settings.ts';
import { openSettings } from '../posterior/open-settings.ts';
import { storesOf } from '../posterior/stores-of.ts';

/**
 * The configuration with every setting of head and training: its own, else what suits the width of its features and the
 * labels of its last round, `poolSize` at most.
 */
export function settleConfig(
  config: ExperimentConfig,
  inputs: Pick<Inputs, 'dimension' | 'memberStores'>,
  poolSize: number,
): ExperimentConfig {
  const { posterior } = config;
  if (openSettings(posterior).length === 0) return config;
  const members = inputs.memberStores.map((member) => member.dimension);
  const dimension = Math.max(...storesOf(posterior.type, inputs.dimension, members));
  const labels = labelSchedule(config, poolSize).at(-1) as number;
  return { ...config, posterior: fillSettings(posterior, defaultSettings({ dimension, labels })) };
}
