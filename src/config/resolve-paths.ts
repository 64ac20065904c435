import { resolve } from 'node:path';
import { parseUserObject } from '../user-code/user-object.ts';
import type { ExperimentConfig } from './experiment.ts';

/** The configuration with every path absolute, so that a run can be resumed from any working directory. */
export function resolvePaths(config: ExperimentConfig): ExperimentConfig {
  const { data, posterior, oracle, worker, output } = config;
  return {
    ...config,
    data: data.type === 'directory' ? { ...data, dataset: resolve(data.dataset), store: resolve(data.store) } : data,
    oracle: oracle.type === 'file' && oracle.dir !== null ? { ...oracle, dir: resolve(oracle.dir) } : oracle,
    posterior: { ...posterior, module: posterior.module === null ? null : resolveModule(posterior.module) },
    worker: { ...worker, python: worker.python?.includes('/') ? resolve(worker.python) : worker.python },
    output: { ...output, dir: resolve(output.dir) },
  };
}

/** Only the part before the last colon is a path. */
function resolveModule(module: string): string {
  const { file, name } = parseUserObject(module);
  return `${resolve(file)}:${name}`;
}
