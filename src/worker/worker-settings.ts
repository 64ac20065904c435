import { PACKAGE_ROOT } from '../base/package-info.ts';
import { resolvePython } from '../python/interpreter.ts';
import type { WorkerOptions } from './client.ts';
import { describeOwnOperations, type OwnOperationMessage } from './own-operations.ts';

type Defaulted = 'python' | 'packageDir' | 'device' | 'threads';

/** The options of a worker with what was left out, its own operations in the form they are sent in. */
export type WorkerSettings = Omit<WorkerOptions, Defaulted | 'operations'> &
  Required<Pick<WorkerOptions, Defaulted>> & { readonly operations: readonly OwnOperationMessage[] };

/** Fills in what was left out. @throws WorkerFailure INVALID_ARGUMENT naming an operation that cannot be used. */
export function workerSettings(options: WorkerOptions): WorkerSettings {
  return {
    ...options,
    python: options.python ?? resolvePython(),
    packageDir: options.packageDir ?? PACKAGE_ROOT,
    device: options.device ?? 'auto',
    threads: options.threads ?? 1,
    operations: describeOwnOperations(options.operations ?? []),
  };
}
