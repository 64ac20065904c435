import type { ExperimentConfig } from '../config/experiment.ts';
import { readTexts } from '../data/dataset.ts';
import type { RunPaths } from '../ledger/run-directory.ts';
import type { Problem } from '../loop/problem.ts';
import { createDatasetOracle } from './dataset-oracle.ts';
import { createFileOracle } from './file-oracle.ts';
import type { Oracle } from './oracle.ts';

/** The oracle a configuration names. */
export function createOracle(config: ExperimentConfig['oracle'], problem: Problem, paths: RunPaths): Oracle {
  switch (config.type) {
    case 'dataset':
      return createDatasetOracle(problem.pool.indexOf, problem.pool.labels);
    case 'file':
      return createFileOracle({ dir: config.dir ?? paths.labels, readTexts: (ids) => readTexts(problem.dataset, ids) });
  }
}
