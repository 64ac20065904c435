import { resolve } from 'node:path';
import type { Command } from 'commander';
import { BalpmError, environmentError } from '../base/errors.ts';
import { quotePath } from '../base/files.ts';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import { resolvePython } from '../python/interpreter.ts';
import { MOST_THREADS } from '../worker/most-threads.ts';
import { readConnectionFile } from '../worker/read-connection-file.ts';
import { runWorkerHere } from '../worker/run-worker-here.ts';
import type { CommandIo } from './command.ts';
import { requireOptions } from './require-options.ts';
import { wholeNumber } from './whole-number.ts';
import { withExamples } from './with-examples.ts';

/** `balpm worker start` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm worker start --connect runs/first/worker/connection.json']);
  registerStart(command, io);
}

interface StartFlags {
  readonly connect: string;
  readonly device?: string;
  readonly threads?: number;
  readonly python?: string;
}

function registerStart(command: Command, io: CommandIo): void {
  withExamples(command.command('start'), [
    'balpm worker start --connect runs/first/worker/connection.json',
    'balpm worker start --connect runs/first/worker/connection.json --device cuda:1',
  ])
    .description('work for a run on another host, which listens (worker.listen) and wrote the file')
    .option('--connect <file>', 'connection file of the run: mode 0600 in a directory of mode 0700')
    .hook('preAction', requireOptions('--connect <file>'))
    .option('--device <name>', 'auto, cpu, cuda, cuda:1, … (default: what the run asks for)')
    .option('--threads <n>', 'CPU threads (default: what the run asks for)', wholeNumber(1, MOST_THREADS))
    .option('--python <path>', "interpreter (default: BALPM_PYTHON, else the package's .venv, else python3)")
    .action((flags: StartFlags) => start(flags, io));
}

async function start({ connect, python, ...flags }: StartFlags, io: CommandIo): Promise<void> {
  const { device, threads, endpoints } = readConnectionFile(connect);
  const wanted = { device, threads, ...flags };
  io.note(`joining ${endpoints.join(' or ')} with ${wanted.device}, ${wanted.threads} thread(s)`);
  const status = await runWorkerHere({
    ...wanted,
    python: resolvePython(python),
    packageDir: PACKAGE_ROOT,
    connectionFile: resolve(connect),
    signal: io.signal,
  });
  const failure = failureOf(status, connect);
  if (failure !== undefined) throw failure;
  io.print('the worker has ended as asked');
}

const REFUSED = 78;
const ORCHESTRATOR_GONE = 75;

/** What a worker's exit status means to who started it. */
function failureOf(status: number | null, file: string): BalpmError | undefined {
  const act = `Cannot work for ${quotePath(file)}`;
  switch (status) {
    case 0:
      return undefined;
    case REFUSED:
      return environmentError(
        `${act}: the worker did not get in (its last words say why), a run that listens is needed`,
      );
    case ORCHESTRATOR_GONE:
      return new BalpmError('worker', `${act}: the orchestrator is gone, a new start of the run is needed`);
    default:
      return new BalpmError('worker', `${act}: the worker ${endOf(status)}, a worker that goes on is needed`);
  }
}

const endOf = (status: number | null): string =>
  status === null ? 'was killed by a signal' : `ended with status ${status}`;
