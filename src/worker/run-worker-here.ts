import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { environmentError, messageOf } from '../base/errors.ts';
import { untilRead } from './links/local/until-read.ts';
import { workerEnvironment } from './links/local/worker-environment.ts';

/** Where a worker finds its orchestrator, and what it computes with; a rendezvous says the latter where it is left out. */
export type WorkerSource =
  | { readonly connectionFile: string; readonly device: string; readonly threads: number }
  | {
      readonly rendezvous: string;
      /** Minutes without an orchestrator after which the worker ends. */
      readonly idleMinutes: number;
      readonly device?: string;
      readonly threads?: number;
    };

/** What a worker for an orchestrator on another host is started with. */
export interface WorkerHereOptions {
  /** Interpreter: a path or a name on PATH. */
  readonly python: string;
  /** Directory that holds the package `python_worker`. */
  readonly packageDir: string;
  readonly source: WorkerSource;
  /** Hears each line that the worker says. */
  readonly onLine: (line: string) => void;
  /** Aborting asks the worker to end. */
  readonly signal: AbortSignal;
}

/**
 * Runs `python -m python_worker --connect FILE`, or `--rendezvous DIR`, until it ends and gives its exit status, null after a signal. It
 * ends with this process, because its stdin closes then.
 * @throws BalpmError (environment) when the interpreter cannot be run.
 */
export async function runWorkerHere(options: WorkerHereOptions): Promise<number | null> {
  const { python, packageDir, source, onLine, signal } = options;
  const { threads = 1 } = source; // a rendezvous worker sets its own before it computes
  const subprocess = execa(python, ['-P', '-m', 'python_worker', '--watch-stdin', ...argumentsOf(source)], {
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    forceKillAfterDelay: false, // a job ends at its next check
    extendEnv: false,
    env: workerEnvironment({ packageDir, threads }, process.env),
  });
  createInterface({ input: subprocess.stderr }).on('line', onLine);
  subprocess.once('exit', () => void untilRead(subprocess.stderr));
  const stop = (): void => void subprocess.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const { exitCode, cause } = await subprocess;
    if (exitCode === undefined && cause !== undefined && subprocess.pid === undefined) throw cannotRun(python, cause);
    return exitCode ?? null;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function argumentsOf(source: WorkerSource): string[] {
  const place =
    'connectionFile' in source
      ? ['--connect', source.connectionFile]
      : ['--rendezvous', source.rendezvous, '--idle-minutes', String(source.idleMinutes)];
  const device = source.device === undefined ? [] : ['--device', source.device];
  const threads = source.threads === undefined ? [] : ['--threads', String(source.threads)];
  return [...place, ...device, ...threads];
}

const cannotRun = (python: string, cause: unknown): Error =>
  environmentError(
    `Cannot start the worker with Python '${python}': ${messageOf(cause)}, a Python 3.11 interpreter is needed`,
  );
