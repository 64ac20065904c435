import type { ExperimentConfig } from '../../config/experiment.ts';
import type { HeadSettings } from '../../posterior/head-settings.ts';

/** A configuration with head and training that were settled for it. */
export const withSettings = (config: ExperimentConfig, { head, training }: HeadSettings): ExperimentConfig => ({
  ...config,
  posterior: { ...config.posterior, head, training },
});
