import { availableParallelism, cpus } from 'node:os';
import { writeFileAtomic } from '../base/files.ts';
import { VERSION } from '../base/package-info.ts';
import type { RunPaths } from '../ledger/run-directory.ts';
import type { Problem } from './problem.ts';
import type { Workbench } from './workbench.ts';

/** Writes `env.json` (what the run ran on) and `data.json` (what it ran over); neither decides the result. */
export async function writeRunEnvironment(paths: RunPaths, problem: Problem, workbench: Workbench): Promise<void> {
  const { hello } = await workbench.worker();
  const environment = {
    schemaVersion: 1,
    balpm: VERSION,
    node: process.versions.node,
    ...hello.versions,
    gpus: hello.gpus,
    processor: cpus()[0]?.model ?? 'unknown',
    processors: availableParallelism(),
  };
  const { dataset, store } = problem;
  const data = {
    schemaVersion: 1,
    dataset: {
      path: dataset.path,
      name: dataset.manifest.name,
      hash: dataset.manifest.hash,
      labelsHash: dataset.manifest.labelsHash,
    },
    store,
    splits: dataset.manifest.splits,
  };
  writeFileAtomic(paths.environment, `${JSON.stringify(environment, null, 2)}\n`);
  writeFileAtomic(paths.dataInfo, `${JSON.stringify(data, null, 2)}\n`);
}
