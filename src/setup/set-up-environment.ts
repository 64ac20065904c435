import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { examinePython } from '../doctor/examine-python.ts';
import type { Finding } from '../doctor/finding.ts';
import { readPins } from '../doctor/read-pins.ts';
import { type CommandLine, chooseInstaller, type Installer } from './choose-installer.ts';
import { beingMade, claimEnvironment } from './claim-environment.ts';
import { readEnvironmentState } from './environment-state.ts';
import { findBasePython } from './find-base-python.ts';
import { runInstaller } from './run-installer.ts';
import { isTorchBuild, requireTorch, type TorchBuild, type TorchRequirement } from './torch-build.ts';

/** Inputs to a set-up of the Python environment. */
export interface SetupRequest {
  readonly directory: string;
  /** File of pinned requirements. */
  readonly requirements: string;
  /** Interpreter that the environment is made with; without it the first suitable one on PATH. */
  readonly python?: string;
  /** Build of torch; without it the one that pip or uv takes by itself. */
  readonly torch?: TorchBuild;
  readonly signal: AbortSignal;
  readonly progress: SetupProgress;
}

/** Listener to the steps of a set-up, one at a time. */
interface SetupProgress {
  readonly begin: (step: string) => void;
  /** A line that the program of the step printed. */
  readonly line: (text: string) => void;
  readonly end: () => void;
}

/** A whole environment. */
export interface SetUpEnvironment {
  readonly python: string;
  /** False when it was whole already. */
  readonly isNew: boolean;
}

/**
 * Makes the Python environment, unless the directory has a whole one. Packages of one that balpm setup made are brought
 * up to date in place; only one whose making was cut short is emptied and made again. Anything else is left alone.
 * @throws BalpmError (usage, environment) with what to do, (stopped) when `signal` ends it.
 */
export async function setUpEnvironment(request: SetupRequest): Promise<SetUpEnvironment> {
  const { directory, requirements } = request;
  const python = join(directory, 'bin', 'python');
  const stamp = stampOf(requirements);
  const state = readEnvironmentState(directory, stamp);
  if (state === 'busy') throw beingMade(directory);
  if (state === 'occupied') throw occupied(directory);
  const isThere = state === 'made' || state === 'outdated' || state === 'foreign';
  const lack = isThere ? await findLack(request, python) : 'everything';
  if (lack === undefined && state !== 'outdated') return { python, isNew: false };
  if (state === 'foreign') throw foreign(request, lack ?? '');
  await fill(request, { stamp, isThere });
  return { python, isNew: true };
}

/** Makes the environment where it is not there, and installs what it should have. */
async function fill(request: SetupRequest, { stamp, isThere }: { stamp: string; isThere: boolean }): Promise<void> {
  const { directory, progress } = request;
  const torch = torchOf(request);
  const python = join(directory, 'bin', 'python');
  const base = await findBasePython(isThere ? python : request.python);
  const installer = await chooseInstaller(base);
  const environment = claimEnvironment(directory);
  if (!isThere) {
    progress.begin(`making ${directory} with Python ${base.version}`);
    environment.empty();
    await run(installer.makeEnvironment(directory), request);
  }
  await installAll(request, installer, torch);
  progress.begin('checking the Python packages');
  const lack = await findLack(request, python);
  if (lack !== undefined)
    throw environmentError(
      `Cannot set up ${quotePath(directory)}: ${lack} after installing; run the same command again`,
    );
  environment.finish(stamp);
  progress.end();
}

async function installAll(request: SetupRequest, installer: Installer, torch?: TorchRequirement): Promise<void> {
  const { directory, requirements, progress } = request;
  const install = (packages: readonly string[]): CommandLine => installer.install(directory, packages);
  if (torch !== undefined) {
    progress.begin(`installing ${torch.requirement} with ${installer.name}`);
    await installTorch(torch, install, request);
  }
  progress.begin(`installing the Python packages with ${installer.name}`);
  await run(install(['-r', requirements, ...(torch === undefined ? [] : [torch.requirement])]), request);
}

function torchOf({ torch, requirements }: SetupRequest): TorchRequirement | undefined {
  const pin = readPins(requirements).get('torch');
  return torch === undefined || pin === undefined ? undefined : requireTorch(pin, torch);
}

/** First from the configured indexes, which may be a mirror or the only ones in reach; then from PyTorch's. */
async function installTorch(
  { requirement, otherIndex }: TorchRequirement,
  install: (packages: readonly string[]) => CommandLine,
  request: SetupRequest,
): Promise<void> {
  try {
    await run(install([requirement]), request);
  } catch (error) {
    if (otherIndex === undefined || request.signal.aborted) throw error;
    await run(install([requirement, '--extra-index-url', otherIndex]), request);
  }
}

const run = (command: CommandLine, { directory, signal, progress }: SetupRequest): Promise<void> =>
  runInstaller(command, { directory, signal, onLine: progress.line });

/**
 * What the environment does not have that it should, in words; undefined when it is whole.
 * @throws BalpmError (environment) when its Python does not answer: that may pass, and is no reason to remove anything.
 */
async function findLack({ directory, requirements, torch }: SetupRequest, python: string): Promise<string | undefined> {
  const findings = await examinePython(python, readPins(requirements));
  const interpreter = findings.find(({ what }) => what === 'python');
  if (interpreter?.state === 'missing') throw unanswering(directory, interpreter.found);
  const bad = findings.find(({ state, found }) => state === 'missing' || (state === 'warning' && found !== ABSENT));
  if (bad !== undefined) return describe(bad);
  const version = findings.find(({ what }) => what === 'torch')?.found;
  const isOther = torch !== undefined && version !== undefined && !isTorchBuild(version, torch);
  return isOther ? `torch is ${version}, not a build for ${torch}` : undefined;
}

/** As `examinePython` reports a package that is not there; optional ones may be missing. */
const ABSENT = 'not installed';

const describe = ({ what, found, advice }: Finding): string =>
  found === ABSENT ? `${what} is not installed` : `${what} is ${found} (${advice})`;

/** SHA-256 of the file behind its length, as `npm run setup` has always written it. */
function stampOf(requirements: string): string {
  const content = readFileSync(requirements);
  return createHash('sha256').update(`${content.length}:`).update(content).digest('hex');
}

const occupied = (directory: string): Error =>
  environmentError(
    `Cannot set up ${quotePath(directory)}: there is something else at that place; name another directory with --venv`,
  );

const unanswering = (directory: string, found: string): Error =>
  environmentError(
    `Cannot examine ${quotePath(directory)}: ${found}; run this again, or remove that directory to have it made again`,
  );

const foreign = ({ directory, requirements }: SetupRequest, lack: string): Error =>
  environmentError(
    `Cannot set up ${quotePath(directory)}: balpm setup did not make this environment, and ${lack}; name another directory with --venv, or run ${join(directory, 'bin', 'python')} -m pip install -r ${requirements}`,
  );
