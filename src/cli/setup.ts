import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { commandHere } from '../base/command-here.ts';
import { environmentError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { findInstallation } from '../base/installation.ts';
import { examineWorker } from '../doctor/examine-worker.ts';
import { REQUIREMENTS } from '../doctor/read-pins.ts';
import { setUpEnvironment } from '../setup/set-up-environment.ts';
import { TORCH_BUILDS, type TorchBuild } from '../setup/torch-build.ts';
import { resolvePython } from '../worker/links/local/interpreter.ts';
import type { CommandIo } from './command.ts';
import { withExamples } from './options/with-examples.ts';
import { createStepLines } from './terminal/step-lines.ts';

interface SetupFlags {
  readonly python?: string;
  readonly venv?: string;
  readonly torch?: TorchBuild;
}

/** `balpm setup` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, [
    'balpm setup',
    'balpm setup --torch cpu',
    'balpm setup --python python3.11 --venv ~/venvs/balpm',
  ]);
  command
    .option('--python <path>', 'interpreter to make the environment with (default: the first 3.11 or newer on PATH)')
    .option('--venv <dir>', 'directory of the environment (default: where every command looks for it)')
    .addOption(
      new Option('--torch <build>', 'build of torch (default: the one pip takes by itself; on Linux, CUDA)').choices(
        TORCH_BUILDS,
      ),
    )
    .action((flags: SetupFlags) => setUp(flags, io));
}

async function setUp({ venv, ...flags }: SetupFlags, io: CommandIo): Promise<void> {
  const directory = resolve(venv ?? findInstallation().environment);
  const progress = createStepLines(io);
  try {
    const request = { ...flags, directory, requirements: REQUIREMENTS, signal: io.signal, progress };
    const { python, isNew } = await setUpEnvironment(request);
    if (isNew) {
      progress.begin('starting a worker');
      await requireWorker(python);
      progress.end();
    }
    describeNext(python, isNew, io);
  } finally {
    progress.close();
  }
}

/** @throws BalpmError (environment) when the worker does not start in the new environment. */
async function requireWorker(python: string): Promise<void> {
  const missing = (await examineWorker(python)).find(({ state }) => state === 'missing');
  if (missing === undefined) return;
  throw environmentError(
    `Cannot start a worker with ${quotePath(python)}: ${missing.found}; run ${commandHere('doctor')} for every finding`,
  );
}

/** Where the environment is, and the command that comes next. */
function describeNext(python: string, isNew: boolean, io: CommandIo): void {
  io.print(`${isNew ? 'The Python environment is set up' : 'The Python environment is whole'}: ${python}`);
  const used = resolvePython();
  if (used !== python && process.env['BALPM_PYTHON'] !== undefined)
    io.print(`BALPM_PYTHON names another Python, which balpm uses: ${used}`);
  else if (used !== python) io.print(`Let balpm find it: export BALPM_PYTHON=${python}`);
  io.print(`Next: ${commandHere('doctor')}, ${commandHere('quickstart')}`);
}
