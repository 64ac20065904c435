import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { messageOf } from '../base/errors.ts';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import type { Operation } from '../protocol/operation.ts';
import { type ProgressNote, startWorker } from '../worker/client.ts';
import type { Tensors } from '../worker/tensor.ts';

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
export async function useOwnWorker<Result>(
  { python, device, threads, signal, onProgress }: OwnWorkerOptions,
  use: (call: CallWorker) => Promise<Result>,
): Promise<Result> {
  const logs = mkdtempSync(join(tmpdir(), 'balpm-extract-'));
  const logFile = join(logs, 'worker.log');
  let keepLog = false;
  try {
    const worker = await startWorker({
      python,
      packageDir: PACKAGE_ROOT,
      device,
      threads,
      logFile,
      signal,
      restarts: 0,
    });
    try {
      return await use(
        async (operation, params, tensors = {}) =>
          (await worker.call(operation, params, tensors, { signal, onProgress })).data,
      );
    } finally {
      await worker.close();
    }
  } catch (error) {
    keepLog = messageOf(error).includes(logFile);
    throw error;
  } finally {
    if (!keepLog) rmSync(logs, { recursive: true, force: true });
  }
}
