import { PACKAGE_ROOT } from '../base/package-info.ts';
import type { WorkerOptions } from './client.ts';
import { describeOwnOperations } from './custom-operations.ts';
import { resolvePython } from './links/local/interpreter.ts';
import type { SessionOptions } from './session/session-options.ts';

/** The options with what was left out filled in. @throws WorkerFailure INVALID_ARGUMENT naming an operation that cannot be used. */
export function fillOptions(options: WorkerOptions): Omit<WorkerOptions, 'operations'> & SessionOptions {
  return {
    ...options,
    python: options.python ?? resolvePython(),
    packageDir: options.packageDir ?? PACKAGE_ROOT,
    device: options.device ?? 'auto',
    threads: options.threads ?? 1,
    operations: describeOwnOperations(options.operations ?? []),
  };
}
