import { resolve } from 'node:path';
import type { ExperimentConfig } from './experiment.ts';

/** The configuration with every path absolute, so that a run can be resumed from any working directory. */
export function resolvePaths(config: ExperimentConfig): ExperimentConfig {
  const { data, oracle, worker, output } = config;
  return {
    ...config,
    data: data.type === 'directory' ? { ...data, dataset: resolve(data.dataset), store: resolve(data.store) } : data,
    oracle: oracle.type === 'file' && oracle.dir !== null ? { ...oracle, dir: resolve(oracle.dir) } : oracle,
    worker: {
      ...worker,
      python: worker.python?.includes('/') ? resolve(worker.python) : worker.python,
      connectionFile: worker.connectionFile === null ? null : resolve(worker.connectionFile),
    },
    output: { ...output, dir: resolve(output.dir) },
  };
}
