import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { messageOf } from '../base/errors.ts';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import type { Operation } from '../protocol/operation.ts';
import { type ProgressNote, startWorker } from '../worker/client.ts';

export interface OwnWorkerOptions {
  /** Interpreter: a path or a name on PATH. */
  readonly python: string;
  readonly device: string;
  /** Threads of one tensor operation. */
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProgressNote) => void;
}

/** Runs one operation in a worker that lives for it alone; its log is kept only where a message names it. */
export async function callOwnWorker<Params extends z.ZodType, Data extends z.ZodType>(
  operation: Operation<Params, Data>,
  params: z.input<Params>,
  { python, device, threads, signal, onProgress }: OwnWorkerOptions,
): Promise<z.output<Data>> {
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
      return (await worker.call(operation, params, {}, { signal, onProgress })).data;
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
