import { randomBytes } from 'node:crypto';
import { SCHEMA_SHA } from '../../../protocol/schema/schema-sha.ts';
import { makeKeyPair } from '../../wire/connection.ts';
import { assertConnectionPlace } from './assert-connection-place.ts';
import { writePrivateFile } from './private-file.ts';
import type { WorkerAccess } from './worker-access.ts';

/** Access by a connection file: who may read it gets the one key pair that is let in, and the token. */
export function connectionAccess(path: string): WorkerAccess {
  const token = randomBytes(16).toString('hex');
  const workerKeys = makeKeyPair();
  let remove: (() => void) | undefined;
  return {
    token,
    hasSpares: false,
    allows: (publicKey) => publicKey === workerKeys.publicKey,
    publish: ({ endpoints, serverKey, runDir, device, threads, patience }) => {
      assertConnectionPlace(path);
      const secrets = { serverKey, ...workerKeys, token };
      const content = {
        schemaVersion: 1,
        endpoints,
        patience,
        ...secrets,
        schemaSha: SCHEMA_SHA,
        runDir,
        device,
        threads,
      };
      remove = writePrivateFile(path, `${JSON.stringify(content, null, 2)}\n`, 'connection file');
    },
    withdraw: () => remove?.(),
  };
}
