import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { environmentError } from '../base/errors.ts';
import { quotePath, readableReason } from '../base/files.ts';
import { type Hello, PROTOCOL } from '../protocol/envelope.ts';
import { SCHEMA_SHA } from '../protocol/schema-sha.ts';
import { WorkerFailure } from './worker-failure.ts';

/** How a worker introduced itself: versions, GPUs, operations. */
export type HelloMessage = z.infer<typeof Hello>;

/**
 * Why a worker cannot be used, or undefined when it can: another schema, or another torch than the package pins.
 * `packageDir` is the directory that holds `python_worker`.
 */
export function refusalOf(hello: HelloMessage, packageDir: string): WorkerFailure | undefined {
  if (hello.proto.major !== PROTOCOL.major || hello.schemaSha !== SCHEMA_SHA) return otherSchema(hello);
  const pinned = pinnedVersion(packageDir, 'torch');
  const found = hello.versions.torch;
  if (pinned === undefined || found?.split('+')[0] === pinned) return undefined;
  const what = found === null ? 'torch is not installed' : `torch ${found} is installed`;
  return new WorkerFailure(
    'START_FAILED',
    `Cannot use the worker's Python (${hello.versions.python}): ${what}, torch ${pinned} is needed (python_worker/requirements.txt)`,
  );
}

/** Version a line like `torch==2.13.0` or `torch==2.13.0 ; marker` asks for; undefined when no line pins the package. */
export function pinnedVersion(packageDir: string, name: string): string | undefined {
  const pattern = new RegExp(`^${name}\\s*==\\s*([^\\s;+#]+)`, 'im');
  return pattern.exec(readRequirements(join(packageDir, 'python_worker', 'requirements.txt')))?.[1];
}

function readRequirements(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw environmentError(
      `Cannot read ${quotePath(path)}: ${readableReason(error)}, the package's own list is needed`,
    );
  }
}

/** Why a worker cannot be used whose introduction has another form; its schema is not ours, or it is broken. */
export const unreadableHello = (schemaSha: string | null, reason: string): WorkerFailure =>
  new WorkerFailure(
    'HANDSHAKE',
    `Cannot use the worker: it has schema ${schemaSha ?? 'unknown'} and its hello is unreadable (${reason}), schema ${SCHEMA_SHA} is needed (install both from one package)`,
  );

function otherSchema({ proto, schemaSha }: HelloMessage): WorkerFailure {
  const worker = `the worker speaks protocol ${proto.major}.${proto.minor} with schema ${schemaSha}`;
  const own = `protocol ${PROTOCOL.major}.${PROTOCOL.minor} with schema ${SCHEMA_SHA}`;
  return new WorkerFailure(
    'HANDSHAKE',
    `Cannot use the worker: ${worker}, ${own} is needed (install both from one package)`,
  );
}
