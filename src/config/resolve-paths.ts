import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseUserObject } from '../custom-code/user-object.ts';
import { resolveCommand } from '../oracle/command-words.ts';
import type { OracleConfig } from '../oracle/config.ts';
import type { ExperimentConfig } from './experiment.ts';

/** The configuration with every path absolute, so that a run can be resumed from any working directory. */
export function resolvePaths(config: ExperimentConfig): ExperimentConfig {
  const { data, acquisition, posterior, oracle, worker, output } = config;
  return {
    ...config,
    data: resolveData(data),
    acquisition: { ...acquisition, groups: acquisition.groups === null ? null : resolve(acquisition.groups) },
    oracle: resolveOracle(oracle),
    posterior: {
      ...posterior,
      module: posterior.module === null ? null : resolveModule(posterior.module),
      fineTuned: { ...posterior.fineTuned, model: resolveModel(posterior.fineTuned.model) },
    },
    worker: {
      ...worker,
      python: worker.python?.includes('/') ? resolve(worker.python) : worker.python,
      connectionFile: worker.connectionFile === null ? null : resolve(worker.connectionFile),
      rendezvous: worker.rendezvous === null ? null : resolve(worker.rendezvous),
    },
    output: { ...output, dir: resolve(output.dir) },
  };
}

function resolveData(data: ExperimentConfig['data']): ExperimentConfig['data'] {
  const columns = data.columns.map((path) => resolve(path));
  if (data.type === 'synthetic') return { ...data, columns };
  const stores = data.stores?.map((path) => resolve(path)) ?? null;
  return { ...data, columns, dataset: resolve(data.dataset), store: resolve(data.store), stores };
}

function resolveOracle(oracle: OracleConfig): OracleConfig {
  switch (oracle.type) {
    case 'dataset':
      return oracle;
    case 'file':
      return oracle.dir === null ? oracle : { ...oracle, dir: resolve(oracle.dir) };
    case 'command':
      return { ...oracle, command: resolveCommand(oracle.command) };
  }
}

/** A model is a directory where there is one of that name, and a hub id otherwise. */
const resolveModel = (model: string | null): string | null =>
  model !== null && existsSync(model) ? resolve(model) : model;

/** Only the part before the last colon is a path. */
function resolveModule(module: string): string {
  const { file, name } = parseUserObject(module);
  return `${resolve(file)}:${name}`;
}
