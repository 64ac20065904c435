import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { hashOf } from '../base/canonical-json.ts';
import { dataError, messageOf, systemCodeOf, usageError } from '../base/errors.ts';
import { makeDirectory, quotePath, readableReason, readText, syncDirectory, writeFileAtomic } from '../base/files.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { type LoadedConfig, parseExperiment } from '../config/load.ts';

/** How a run stands when no process works on it. */
export type Ending = 'DONE' | 'PAUSED' | 'FAILED';
const ENDINGS: readonly Ending[] = ['DONE', 'PAUSED', 'FAILED'];

/** Every path of a run, in one place. */
export interface RunPaths {
  readonly id: string;
  readonly root: string;
  readonly config: string;
  readonly overrides: string;
  readonly resolved: string;
  readonly manifest: string;
  readonly environment: string;
  readonly dataInfo: string;
  readonly events: string;
  readonly metrics: string;
  readonly acquired: string;
  readonly log: string;
  readonly workerLog: string;
  readonly labelled: string;
  readonly labels: string;
  readonly lock: string;
}

/** The paths of the run directory at `root`. */
export function runPaths(root: string): RunPaths {
  const at = (name: string): string => join(root, name);
  return {
    id: basename(root),
    root,
    config: at('config.yaml'),
    overrides: at('overrides.txt'),
    resolved: at('config.resolved.yaml'),
    manifest: at('run.json'),
    environment: at('env.json'),
    dataInfo: at('data.json'),
    events: at('events.jsonl'),
    metrics: at('metrics.jsonl'),
    acquired: at('acquired.jsonl'),
    log: at('log.jsonl'),
    workerLog: at('worker.log'),
    labelled: at('labels.jsonl'),
    labels: at('labels'),
    lock: at('LOCK'),
  };
}

/** Makes a run directory, whole or not at all. @throws BalpmError (usage) when the id exists. */
export function createRunDirectory(root: string, loaded: LoadedConfig): RunPaths {
  const partial = join(dirname(root), `.${basename(root)}.${process.pid}.partial`);
  makeDirectory(partial);
  try {
    writeRunFiles(runPaths(partial), basename(root), loaded);
    renameSync(partial, root);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw explainRename(error, root);
  }
  syncDirectory(dirname(root));
  return runPaths(root);
}

function writeRunFiles(paths: RunPaths, id: string, loaded: LoadedConfig): void {
  const manifest = { schemaVersion: 1, kind: 'balpm-run', id, configHash: hashOf(loaded.config) };
  writeFileAtomic(paths.config, loaded.source);
  writeFileAtomic(paths.overrides, loaded.overrides.map((line) => `${line}\n`).join(''));
  writeFileAtomic(paths.resolved, stringify(loaded.config));
  writeFileAtomic(paths.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
}

function explainRename(error: unknown, root: string): unknown {
  const code = systemCodeOf(error);
  if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') return error;
  return usageError(
    `Cannot start run '${basename(root)}': ${quotePath(root)} exists, a new id (or --or-resume) is needed`,
  );
}

/** Whether a directory is a run whose creation was completed (run.json is written last). */
export const isRunDirectory = (root: string): boolean => existsSync(join(root, 'run.json'));

/** Finds a run by path or by id below `runsDir`. @throws BalpmError (usage) when there is none. */
export function findRun(nameOrPath: string, runsDir: string): RunPaths {
  const candidates = [nameOrPath, join(runsDir, nameOrPath)];
  const root = candidates.find(isRunDirectory);
  if (root !== undefined) return runPaths(root);
  const found = candidates.some((path) => existsSync(path))
    ? 'it is not a run directory (no run.json)'
    : 'there is no such run';
  throw usageError(
    `Cannot open run ${quotePath(nameOrPath)}: ${found}, a run directory or an id below ${quotePath(runsDir)} is needed`,
  );
}

/** The resolved configuration a run was started with. @throws BalpmError (data) when it is damaged. */
export async function readRunConfig(paths: RunPaths): Promise<ExperimentConfig> {
  const text = await readText(paths.resolved, 'resolved config');
  try {
    return parseExperiment(parse(text), () => quotePath(paths.resolved));
  } catch (error) {
    throw dataError(messageOf(error));
  }
}

/** Marks how the run stands, replacing an earlier mark; null while a process works on it. */
export function markEnding(paths: RunPaths, ending: Ending | null, reason = ''): void {
  for (const other of ENDINGS) if (other !== ending) rmSync(join(paths.root, other), { force: true });
  if (ending !== null) writeFileAtomic(join(paths.root, ending), `${reason}\n`);
}

/** The mark of a run, or null when it has none (working, or killed). */
export const readEnding = (paths: RunPaths): Ending | null =>
  ENDINGS.find((ending) => existsSync(join(paths.root, ending))) ?? null;

/** Refuses a path that is no directory. @throws BalpmError (usage) */
export function assertDirectory(path: string, what: string): void {
  let isDirectory: boolean;
  try {
    isDirectory = statSync(path).isDirectory();
  } catch (error) {
    throw usageError(`Cannot open ${what} ${quotePath(path)}: ${readableReason(error)}, a directory is needed`);
  }
  if (!isDirectory) throw usageError(`Cannot open ${what} ${quotePath(path)}: it is a file, a directory is needed`);
}
