import { basename } from 'node:path';
import type { PosteriorConfig } from '../posterior/config.ts';
import { parseUserObject } from '../user-code/user-object.ts';
import { armName, policyOptions } from './arm.ts';
import type { ExperimentConfig } from './experiment.ts';

/** What decides a run's results, data aside: everything but names, places and the options of other policies. */
export function experimentIdentity(config: ExperimentConfig): Readonly<Record<string, unknown>> {
  const { policy, initial, batch } = config.acquisition;
  return {
    ...sharedIdentity(config),
    seed: config.seed,
    acquisition: { policy, name: armName(config), initial, batch, options: policyOptions(config) },
  };
}

/** What two runs must share to be compared: the identity without policy and seed. */
export function sharedIdentity(config: ExperimentConfig): Readonly<Record<string, unknown>> {
  const { rounds, splits, validation, posterior, oracle, worker, acquisition } = config;
  return {
    rounds,
    splits,
    validation,
    posterior: posteriorIdentity(posterior),
    oracle: oracle.type,
    worker: { device: worker.device, threads: worker.threads },
    acquisition: { initial: acquisition.initial, batch: acquisition.batch },
  };
}

/** A class of the user's own is told by the names of file and class, and its options; its code may be mended. */
function posteriorIdentity({ module, options, stallSeconds: _limit, ...ensemble }: PosteriorConfig): object {
  switch (ensemble.type) {
    case 'deep-ensemble':
      return ensemble;
    case 'external': {
      const { file, name } = parseUserObject(module ?? '');
      return { type: ensemble.type, module: `${basename(file)}:${name}`, options };
    }
  }
}
