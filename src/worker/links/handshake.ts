import { timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentError } from '../../base/errors.ts';
import { quotePath, readableReason } from '../../base/files/files.ts';
import { VERSION } from '../../base/package-info.ts';
import { PROTOCOL } from '../../protocol/envelope.ts';
import { OPERATIONS } from '../../protocol/index.ts';
import { SCHEMA_SHA } from '../../protocol/schema/schema-sha.ts';
import type { HelloMessage } from '../session/link.ts';
import { encodeMessage } from '../wire/frames.ts';
import { numberMessages } from '../wire/number-messages.ts';
import { type Incoming, textField, valueOf } from '../wire/read-message.ts';
import { WorkerFailure } from '../worker-failure.ts';

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

/**
 * Why a worker on another host cannot be used, or undefined when it can: it must speak this major version and know every
 * operation, though it may come from another version of the package.
 */
export function remoteRefusalOf({ proto, ops, versions }: HelloMessage): WorkerFailure | undefined {
  if (proto.major !== PROTOCOL.major) {
    const found = `it speaks protocol ${proto.major}.${proto.minor}`;
    return cannotUse(
      `${found} (package ${versions.worker}), protocol ${PROTOCOL.major} (package ${VERSION}) is needed`,
    );
  }
  const other = OPERATIONS.find(({ name, version }) => ops[name] !== version);
  if (other === undefined) return undefined;
  const { [other.name]: version } = ops;
  const found = version === undefined ? `it has no '${other.name}'` : `its '${other.name}' has version ${version}`;
  return cannotUse(`${found} (package ${versions.worker}), version ${other.version} (package ${VERSION}) is needed`);
}

/** What is unusual about a worker on another host but no reason to refuse it, a sentence each; `pinned` is our torch. */
export function remoteNotesOn(
  { schemaSha, versions, host }: HelloMessage,
  pinned: string | undefined,
): readonly string[] {
  const torch = versions.torch ?? 'none';
  return [
    ...(schemaSha === SCHEMA_SHA ? [] : [`The worker on ${host} has schema ${schemaSha}, this package ${SCHEMA_SHA}`]),
    ...(pinned === undefined || torch.split('+')[0] === pinned
      ? []
      : [`The worker on ${host} has torch ${torch}, this package asks for ${pinned}: the last bits may differ`]),
  ];
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

/** Whether a hello shows the token a worker must know. */
export function showsToken(hello: Incoming, token: string): boolean {
  const shown = Buffer.from(textField(valueOf(hello), 'token') ?? '');
  const expected = Buffer.from(token);
  return shown.length === expected.length && timingSafeEqual(shown, expected);
}

/** Why a worker that shows another token cannot join. */
export const foreignToken = (): WorkerFailure =>
  new WorkerFailure(
    'HANDSHAKE',
    'Cannot accept the worker: its token is another one, the token of this orchestrator is needed',
  );

/** The message that sends a worker away. */
export const rejection = (identity: string, { code, message }: WorkerFailure): Uint8Array[] =>
  encodeMessage({ type: 'reject', ...numberMessages(identity)(), code, message }, {}, 'a reject');

const cannotUse = (foundAndNeeded: string): WorkerFailure =>
  new WorkerFailure('HANDSHAKE', `Cannot use the worker: ${foundAndNeeded} (install both from one package)`);

function otherSchema({ proto, schemaSha }: HelloMessage): WorkerFailure {
  const worker = `the worker speaks protocol ${proto.major}.${proto.minor} with schema ${schemaSha}`;
  const own = `protocol ${PROTOCOL.major}.${PROTOCOL.minor} with schema ${SCHEMA_SHA}`;
  return new WorkerFailure(
    'HANDSHAKE',
    `Cannot use the worker: ${worker}, ${own} is needed (install both from one package)`,
  );
}
