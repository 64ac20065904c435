import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { environmentError, messageOf } from '../../../base/errors.ts';
import { quotePath, removeFile } from '../../../base/files/files.ts';
import { SCHEMA_SHA } from '../../../protocol/schema/schema-sha.ts';
import { makePrivateDirectory } from '../remote/make-private-directory.ts';
import { readPrivateFile, writePrivateFile } from '../remote/private-file.ts';
import type { WorkerAccess } from '../remote/worker-access.ts';
import { assertRendezvous } from './assert-rendezvous.ts';
import { readOrchestrator } from './read-orchestrator.ts';
import { type OrchestratorFile, WorkerFile } from './rendezvous-files.ts';
import { untilRendezvousIsFree } from './until-rendezvous-is-free.ts';

const WORKER_FILE = /^worker-[\w.-]{1,200}\.json$/;

/** What a rendezvous is entered with. */
export interface RendezvousOptions {
  readonly directory: string;
  /** Tells one thing worth knowing. */
  readonly note: (sentence: string) => void;
  /** Aborting ends the wait for the end of another orchestrator. */
  readonly signal: AbortSignal;
}

/**
 * Access by a directory where public keys meet: workers whose keys stand in it are let in, no secret is ever written.
 * The directory is made when it is missing.
 * @throws BalpmError (environment) when others may enter it, or another orchestrator goes on listening there.
 */
export async function openRendezvousAccess({ directory, note, signal }: RendezvousOptions): Promise<WorkerAccess> {
  const at = (name: string): string => join(directory, name);
  makePrivateDirectory(directory);
  assertRendezvous(directory);
  const left = await untilRendezvousIsFree(at('orchestrator.json'), note, signal);
  const incarnation = randomBytes(16).toString('hex');
  const standing = (): string | undefined => readOrchestrator(at('orchestrator.json'))?.incarnation;
  let remove: (() => void) | undefined;
  return {
    token: null,
    hasSpares: true,
    allows: (publicKey) => publishedKeys(directory).includes(publicKey),
    publish: ({ serverKey, endpoints, ...place }) => {
      if (standing() !== left) throw displaced(directory);
      removeFile(at('ended.json'));
      const content: OrchestratorFile = {
        schemaVersion: 1,
        incarnation,
        endpoints: [...endpoints],
        publicKey: serverKey,
        schemaSha: SCHEMA_SHA,
        ...place,
      };
      remove = writePrivateFile(at('orchestrator.json'), textOf(content), 'orchestrator file');
    },
    withdraw: (isOver) => {
      if (isOver) tryToEnd(at('ended.json'), incarnation, { standing, note });
      remove?.();
    },
  };
}

const displaced = (directory: string): Error =>
  environmentError(
    `Cannot use rendezvous directory ${quotePath(directory)}: another orchestrator came at the same moment; name another worker.rendezvous`,
  );

const textOf = (content: object): string => `${JSON.stringify(content, null, 2)}\n`;

/** The keys that stand in the directory now. Listing it first makes a network file system look for new files. */
function publishedKeys(directory: string): readonly string[] {
  try {
    return readdirSync(resolve(directory))
      .filter((name) => WORKER_FILE.test(name))
      .flatMap((name) => keyIn(join(directory, name)));
  } catch {
    return [];
  }
}

/** What is not a worker's private file lets nobody in. */
function keyIn(path: string): readonly string[] {
  try {
    return [WorkerFile.parse(JSON.parse(readPrivateFile(path, 'worker file'))).publicKey];
  } catch {
    return [];
  }
}

/** The run is done whether or not its workers can be told; they end by themselves later. Those of a run that came after it are not its to end. */
function tryToEnd(
  path: string,
  incarnation: string,
  { standing, note }: { readonly standing: () => string | undefined; readonly note: (sentence: string) => void },
): void {
  try {
    if (standing() === incarnation) writePrivateFile(path, textOf({ schemaVersion: 1, incarnation }), 'end mark');
  } catch (error) {
    note(`The workers were not told that the run is done: ${messageOf(error)}`);
  }
}
