import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { messageOf } from '../base/errors.ts';
import { keepTemporaryDirectory, makeTemporaryDirectory } from '../base/files/temporary-directory.ts';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import type { Operation } from '../protocol/operation.ts';
import { type ProgressNote, startWorker, type WorkerClient } from '../worker/client.ts';
import type { Tensors } from '../worker/tensors/tensor.ts';

export interface OwnWorkerOptions {
  /** Interpreter: a path or a name on PATH. */
  readonly python: string;
  readonly device: string;
  /** Threads of one tensor operation. */
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProgressNote) => void;
}

/** Calls an operation of a worker; the answer's data. */
export type CallWorker = <Params extends z.ZodType, Data extends z.ZodType>(
  operation: Operation<Params, Data>,
  params: z.input<Params>,
  tensors?: Tensors,
) => Promise<z.output<Data>>;

/** Runs one operation in a worker that lives for it alone; its log is kept only where a message names it. */
export const callOwnWorker = <Params extends z.ZodType, Data extends z.ZodType>(
  operation: Operation<Params, Data>,
  params: z.input<Params>,
  options: OwnWorkerOptions,
): Promise<z.output<Data>> => useOwnWorker(options, (call) => call(operation, params));

/** Starts a worker for what `use` calls and closes it afterwards; its log is kept only where a message names it. */
export const useOwnWorker = <Result>(
  { onProgress, ...options }: OwnWorkerOptions,
  use: (call: CallWorker) => Promise<Result>,
): Promise<Result> =>
  withOwnWorker(options, (worker) =>
    use(
      async (operation, params, tensors = {}) =>
        (await worker.call(operation, params, tensors, { signal: options.signal, onProgress })).data,
    ),
  );

/** Does some work with a worker that lives for it alone; arrays too large for shared memory go through its directory. */
export async function withOwnWorker<Result>(
  { python, device, threads, signal }: Omit<OwnWorkerOptions, 'onProgress'>,
  work: (worker: WorkerClient) => Promise<Result>,
): Promise<Result> {
  const directory = makeTemporaryDirectory('worker');
  const logFile = join(directory, 'worker.log');
  let keepLog = false;
  try {
    const worker = await startWorker({
      python,
      packageDir: PACKAGE_ROOT,
      device,
      threads,
      logFile,
      runDir: join(directory, 'run'),
      signal,
      restarts: 0,
    });
    try {
      return await work(worker);
    } finally {
      await worker.close();
    }
  } catch (error) {
    keepLog = messageOf(error).includes(logFile);
    throw error;
  } finally {
    if (keepLog) keepTemporaryDirectory(directory);
    else rmSync(directory, { recursive: true, force: true });
  }
}
