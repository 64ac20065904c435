import { randomBytes, randomUUID } from 'node:crypto';
import { SCHEMA_SHA } from '../protocol/schema-sha.ts';
import { appendLog } from './append-log.ts';
import { assertConnectionPlace } from './assert-connection-place.ts';
import { type KeyPair, makeKeyPair, openRemoteConnection, type RemoteConnection } from './connection.ts';
import type { ConnectionFile, Patience } from './connection-file.ts';
import { pinnedVersion } from './handshake.ts';
import type { ListeningContext, ListenOptions } from './listen-options.ts';
import { Listening } from './listening.ts';
import { writePrivateFile } from './private-file.ts';
import { guardDomain } from './zap.ts';

const PATIENCE: Patience = {
  heartbeatIntervalMs: 30_000,
  heartbeatTimeoutMs: 120_000,
  joinMs: 60_000,
  reconnectMs: 60_000,
};

/** libzmq's words for what strangers do; a connection it refuses has no address yet. */
const REASONS: Readonly<Record<string, string>> = {
  ERR_ZMTP_MECHANISM_MISMATCH: 'it speaks without encryption',
  ERR_ZMTP_CRYPTOGRAPHIC: 'it knows another server key',
};

/**
 * Opens a place where a worker of another host may join: binds the socket, makes the keys, writes the connection file.
 * @throws BalpmError (usage) for every interface at once, (environment) when the address or the file cannot be used.
 */
export async function openListening(options: ListenOptions & ListeningContext): Promise<Listening> {
  const token = randomBytes(16).toString('hex');
  const patience = { ...PATIENCE, ...options.patience };
  const serverKeys = makeKeyPair();
  const workerKeys = makeKeyPair();
  const note = noteOf(options);
  const domain = randomUUID();
  const unguard = await guardDomain(domain, {
    allowed: new Set([workerKeys.publicKey]),
    onRefused: (address) => note(`Refused a worker from ${address}: its key is not on the list`),
  });
  let listening: Listening | undefined;
  let connection: RemoteConnection | undefined;
  try {
    connection = await openRemoteConnection({
      address: options,
      serverKeys,
      domain,
      patience,
      onMessage: (identity, frames) => listening?.receive(identity, frames),
      onDisconnect: () => listening?.noticeDisconnect(),
      onIntruder: (code) => note(`Refused a connection: ${REASONS[code] ?? `it broke off the handshake (${code})`}`),
    });
    const endpoints = endpointsOf(connection.endpoint, options.advertise);
    const secrets = { serverKey: serverKeys.publicKey, ...workerKeys, token };
    const pinnedTorch = pinnedVersion(options.packageDir, 'torch');
    const removeFile = writeConnectionFile(options, { endpoints, patience, ...secrets });
    listening = new Listening({
      ...options,
      connection,
      endpoints,
      token,
      patience,
      note,
      unguard,
      removeFile,
      pinnedTorch,
    });
  } catch (error) {
    connection?.close();
    unguard();
    throw error;
  }
  try {
    options.onListening?.(listening.place);
  } catch (error) {
    listening.close();
    throw error;
  }
  return listening;
}

function noteOf({ logFile, onNote }: ListenOptions & ListeningContext): (sentence: string) => void {
  const append = appendLog(logFile);
  return (sentence) => {
    if (!append(sentence)) return;
    try {
      onNote?.(sentence);
    } catch {
      // A listener's mistake must not end what it listens to.
    }
  };
}

/** The bound address, or its port on every advertised host. */
function endpointsOf(bound: string, advertise: readonly string[] = []): readonly string[] {
  const port = bound.slice(bound.lastIndexOf(':'));
  return advertise.length === 0 ? [bound] : advertise.map((host) => `tcp://${host}${port}`);
}

type Secrets = KeyPair & Pick<ConnectionFile, 'serverKey' | 'token' | 'patience'> & { endpoints: readonly string[] };

function writeConnectionFile(options: ListenOptions & ListeningContext, secrets: Secrets): () => void {
  const { connectionFile, runDir = null, device, threads } = options;
  const content = { schemaVersion: 1, ...secrets, schemaSha: SCHEMA_SHA, runDir, device, threads };
  assertConnectionPlace(connectionFile);
  return writePrivateFile(connectionFile, `${JSON.stringify(content, null, 2)}\n`, 'connection file');
}
