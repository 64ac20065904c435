import { availableParallelism, cpus } from 'node:os';
import { writeFileAtomic } from '../base/files/files.ts';
import { readRegularSync } from '../base/files/regular-file.ts';
import { VERSION } from '../base/package-info.ts';
import type { RunPaths } from '../ledger/run-directory.ts';
import type { Problem } from '../loop/problem/problem.ts';
import type { Workbench } from '../loop/workbench.ts';
import { workerStats } from '../protocol/operations/worker-stats.ts';

/** What may change results in their last bits when it changes between sessions of a run. */
const DECIDING = ['device', 'threads', 'torch', 'cuda', 'processor'] as const;

/**
 * Writes `env.json` (what the run began on) and `data.json` (what it runs over). A run that goes on elsewhere keeps its
 * first environment, and `note` says what is different now.
 */
export async function writeRunEnvironment(
  paths: RunPaths,
  problem: Problem,
  workbench: Workbench,
  note: (sentence: string) => void,
): Promise<void> {
  const now = await describeEnvironment(workbench);
  const first = readEnvironment(paths);
  if (first === undefined) writeJson(paths.environment, now);
  else noteDifferences(first, now, note);
  writeJson(paths.dataInfo, describeData(problem));
}

async function describeEnvironment(workbench: Workbench): Promise<Readonly<Record<string, unknown>>> {
  const client = await workbench.worker();
  const { data } = await client.call(workerStats, {});
  return {
    schemaVersion: 1,
    balpm: VERSION,
    node: process.versions.node,
    ...client.hello.versions,
    device: data.device,
    threads: data.threads,
    gpus: client.hello.gpus,
    processor: cpus()[0]?.model ?? 'unknown',
    processors: availableParallelism(),
  };
}

function describeData({ dataset, store, memberStores, columns }: Problem): Readonly<Record<string, unknown>> {
  const { name, hash, labelsHash, splits } = dataset.manifest;
  const described = { path: dataset.path, name, hash, labelsHash };
  return { schemaVersion: 1, dataset: described, store, memberStores, splits, columns: [...columns.keys()] };
}

/** What the run began on; undefined at its beginning, and when the file is damaged: it decides nothing. */
function readEnvironment(paths: RunPaths): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readRegularSync(paths.environment).toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function noteDifferences(
  first: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
  note: (sentence: string) => void,
): void {
  const changed = DECIDING.filter((key) => first[key] !== now[key]);
  const words = changed.map((key) => `${key} was ${String(first[key])}, is ${String(now[key])}`);
  if (words.length > 0) note(`Resumed in another environment (${words.join('; ')}): the last bits may differ`);
}

const writeJson = (path: string, value: unknown): void => writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
