import type { ExperimentConfig } from '../config/experiment.ts';
import { PAPER_SETTINGS } from '../posterior/config.ts';
import { defaultSettings } from '../posterior/default-settings.ts';
import { posteriorOf } from '../posterior/index.ts';
import type { Inputs } from './inputs.ts';
import { labelSchedule } from './label-schedule.ts';
import { withSettings } from './with-settings.ts';

/**
 * The configuration with head and training of its own: those it gives, else those that suit the width of its features
 * and its labels, `poolSize` at most. Kinds that train no heads on features have the paper's, which decide nothing but the rate of adapters.
 */
export function settleConfig(
  config: ExperimentConfig,
  inputs: Pick<Inputs, 'dimension' | 'memberStores'>,
  poolSize: number,
): ExperimentConfig {
  const { posterior } = config;
  const { type, head, training } = posterior;
  if (head !== null && training !== null) return config;
  const widths = type === 'cross-backbone' ? inputs.memberStores : [inputs];
  const dimension = Math.max(...widths.map((store) => store.dimension));
  const labels = labelSchedule(config, poolSize).at(-1) as number;
  const hasHeads = posteriorOf(type).heads(posterior) !== null;
  const chosen = hasHeads ? defaultSettings({ dimension, labels }) : PAPER_SETTINGS;
  return withSettings(config, { head: head ?? chosen.head, training: training ?? chosen.training });
}
