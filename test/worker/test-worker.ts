import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startWorker, type WorkerClient, type WorkerOptions } from '../../src/worker/client.ts';
import { WorkerFailure } from '../../src/worker/worker-failure.ts';

/** The interpreter tests run workers with. */
export const PYTHON = process.env.BALPM_PYTHON ?? resolve('.venv/bin/python');
if (!existsSync(PYTHON)) throw new Error(`Cannot test workers: there is no '${PYTHON}', npm run setup is needed`);

export const newDirectory = (): string => mkdtempSync(join(tmpdir(), 'balpm-test-'));

/** Starts a real worker that reports often, with its log in a new directory. */
export function startTestWorker(options: Partial<WorkerOptions> = {}): Promise<WorkerClient> {
  return startWorker({
    python: PYTHON,
    packageDir: resolve('.'),
    device: 'cpu',
    threads: 1,
    logFile: join(newDirectory(), 'worker.log'),
    statusIntervalMs: 100,
    progressIntervalMs: 10,
    ...options,
  });
}

/** A copy of the Python package with one change to one of its files; gives the directory that holds it. */
export function changedPackage(file: string, change: (text: string) => string): string {
  const directory = newDirectory();
  cpSync('python_worker', join(directory, 'python_worker'), {
    recursive: true,
    filter: (source) => !source.endsWith('__pycache__'),
  });
  const path = join(directory, 'python_worker', file);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const changed = change(text);
  if (changed === text) throw new Error(`Cannot change '${file}': the change does nothing, one that does is needed`);
  writeFileSync(path, changed);
  return directory;
}

/** An executable that runs a shell script instead of Python; `$PYTHON` is the real one. */
export function fakePython(script: string): string {
  const path = join(newDirectory(), 'python');
  writeFileSync(path, `#!/bin/sh\nPYTHON='${PYTHON}'\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** The failure a promise ends with. @throws Error when it ends otherwise. */
export async function failureOf(promise: Promise<unknown>): Promise<WorkerFailure> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof WorkerFailure) return error;
  throw error;
}

/** Whether a process runs; one that only waits to be reaped does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
