import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { dataError, messageOf, usageError } from '../base/errors.ts';
import { publishDirectory, quotePath, readText, removeFile, writeFileAtomic } from '../base/files/files.ts';
import { hashOf } from '../base/text/canonical-json.ts';
import { parseJson } from '../base/text/parse-json.ts';
import { isPlainObject, type PlainObject } from '../base/yaml/plain.ts';
import { plainValue } from '../base/yaml/plain-value.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { type LoadedConfig, parseExperiment } from '../config/load.ts';
import { methodRecord } from './method-record.ts';
import { namedCode } from './trust/named-code.ts';
import { runMark } from './trust/run-mark.ts';

/** How a run ended, if no process works on it. */
export type Ending = 'DONE' | 'PAUSED' | 'FAILED';
const Manifest = z.object({ configHash: z.string() });
const ENDINGS: readonly Ending[] = ['DONE', 'PAUSED', 'FAILED'];

/** Every path of a run. */
export interface RunPaths {
  readonly id: string;
  readonly root: string;
  readonly config: string;
  readonly overrides: string;
  readonly resolved: string;
  /** Who chose policy and posterior. */
  readonly method: string;
  readonly manifest: string;
  /** Mark that the user trusts a run which names code. */
  readonly trust: string;
  readonly environment: string;
  readonly dataInfo: string;
  readonly model: string;
  readonly events: string;
  readonly metrics: string;
  readonly acquired: string;
  readonly batches: string;
  /** How uncertainty relates to error and what batches over-represent; not part of the ledger. */
  readonly diagnostics: string;
  readonly log: string;
  readonly workerLog: string;
  /** Log of every call to the worker. */
  readonly calls: string;
  /** Files that the worker keeps between its sessions; removed when the run is done. */
  readonly work: string;
  /** Connection file for a worker on another host; alone in its directory, which only this user may enter. */
  readonly connectionFile: string;
  readonly oracleLog: string;
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
    method: at('method.json'),
    manifest: at('run.json'),
    trust: at('trust.json'),
    environment: at('env.json'),
    dataInfo: at('data.json'),
    model: at('model.json'),
    events: at('events.jsonl'),
    metrics: at('metrics.jsonl'),
    acquired: at('acquired.jsonl'),
    batches: at('batches.jsonl'),
    diagnostics: at('diagnostics.jsonl'),
    log: at('log.jsonl'),
    workerLog: at('worker.log'),
    calls: at('calls.jsonl'),
    work: at('work'),
    connectionFile: at('worker/connection.json'),
    oracleLog: at('oracle.log'),
    labelled: at('labels.jsonl'),
    labels: at('labels'),
    lock: at('LOCK'),
  };
}

/** Creates a run directory atomically. @throws BalpmError (usage) when the id exists. */
export async function createRunDirectory(root: string, loaded: LoadedConfig): Promise<RunPaths> {
  if (existsSync(root)) refuseExisting(root);
  await publishDirectory(root, async (temporary) => writeRunFiles(runPaths(temporary), basename(root), loaded));
  return runPaths(root);
}

/** @throws BalpmError (usage): a new run may not replace anything. */
export function refuseExisting(root: string): never {
  const id = basename(root);
  throw usageError(`Cannot start run '${id}': ${quotePath(root)} exists; give a new id, or --or-resume`);
}

function writeRunFiles(paths: RunPaths, id: string, loaded: LoadedConfig): void {
  const manifest = { schemaVersion: 1, kind: 'balpm-run', id, configHash: hashOf(loaded.config) };
  writeFileAtomic(paths.config, presetLine(loaded) + loaded.source);
  writeFileAtomic(paths.overrides, loaded.overrides.map((line) => `${line}\n`).join(''));
  writeFileAtomic(paths.resolved, stringify(loaded.config));
  methodRecord.write(paths.method, loaded.choice);
  if (namedCode(loaded.config).length > 0) tryToMark(paths);
  writeFileAtomic(paths.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Names the preset in a comment, so that the file shows all that was requested. */
const presetLine = ({ choice: { preset } }: LoadedConfig): string =>
  preset === null ? '' : `# --preset ${preset.name}: ${preset.keys.join(', ')}\n`;

/** A home directory that is not writable must not keep a run from starting; the note is printed when the run begins. */
function tryToMark(paths: RunPaths): void {
  try {
    runMark.write(paths);
  } catch {
    // Then the run is not marked.
  }
}

/** Whether a directory is a run whose creation was completed (run.json is written last). */
export const isRunDirectory = (root: string): boolean => existsSync(join(root, 'run.json'));

/** Finds a run by path or by id below `runsDir`. @throws BalpmError (usage) if there is none. */
export function findRun(nameOrPath: string, runsDir: string): RunPaths {
  const candidates = [nameOrPath, join(runsDir, nameOrPath)];
  const root = candidates.find(isRunDirectory);
  if (root !== undefined) return runPaths(resolve(root));
  const found = candidates.some((path) => existsSync(path))
    ? 'it is not a run directory (no run.json)'
    : 'it does not exist';
  throw usageError(
    `Cannot open run ${quotePath(nameOrPath)}: ${found}; give a run directory or an id below ${quotePath(runsDir)}`,
  );
}

/**
 * The resolved configuration that a run was started with.
 * @throws BalpmError (data) when it is damaged: unreadable, or different from the one recorded in `run.json`.
 */
export async function readRunConfig(paths: RunPaths): Promise<ExperimentConfig> {
  const tree = parseTree(await readText(paths.resolved, 'resolved config'), paths.resolved);
  const configHash = await readConfigHash(paths);
  if (hashOf(tree) !== configHash) {
    throw dataError(
      `Cannot read run ${quotePath(paths.root)}: 'config.resolved.yaml' does not match 'run.json'; restore both files`,
    );
  }
  try {
    return parseExperiment(tree, () => quotePath(paths.resolved));
  } catch (error) {
    throw dataError(messageOf(error));
  }
}

function parseTree(text: string, path: string): PlainObject {
  const tree = parseOr(() => plainValue(parseDocument(text, { logLevel: 'error' })), path, 'a configuration in YAML');
  if (isPlainObject(tree)) return tree;
  throw dataError(`Cannot read resolved config ${quotePath(path)}: it is not a mapping; restore the undamaged file`);
}

async function readConfigHash({ manifest }: RunPaths): Promise<string> {
  const text = await readText(manifest, 'run');
  const { success, data } = Manifest.safeParse(parseOr(() => parseJson(text), manifest, 'JSON'));
  if (success) return data.configHash;
  throw dataError(`Cannot read run ${quotePath(manifest)}: it has no configHash; restore the undamaged file`);
}

function parseOr<Value>(read: () => Value, path: string, kind: string): Value {
  try {
    return read();
  } catch {
    throw dataError(`Cannot read ${quotePath(path)}: it is not ${kind}; restore the undamaged file`);
  }
}

/** Marks how the run ended and replaces an earlier mark; null while a process works on it. */
export function markEnding(paths: RunPaths, ending: Ending | null, reason = ''): void {
  for (const other of ENDINGS) if (other !== ending) removeFile(join(paths.root, other));
  if (ending !== null) writeFileAtomic(join(paths.root, ending), `${reason}\n`);
}

/** The mark of a run, or null if it has none (running, or killed). */
export const readEnding = (paths: RunPaths): Ending | null =>
  ENDINGS.find((ending) => existsSync(join(paths.root, ending))) ?? null;
