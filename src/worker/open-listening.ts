import { randomUUID } from 'node:crypto';
import { environmentError, messageOf } from '../base/errors.ts';
import { appendLog } from './links/append-log.ts';
import { pinnedVersion } from './links/handshake.ts';
import { connectionAccess } from './links/remote/connection-access.ts';
import type { Patience } from './links/remote/connection-file.ts';
import { oneInterface } from './links/remote/listen-address.ts';
import type { ListeningContext, ListeningPlace, ListenOptions } from './links/remote/listen-options.ts';
import { Listening } from './links/remote/listening.ts';
import type { WorkerAccess } from './links/remote/worker-access.ts';
import { guardDomain } from './links/remote/zap.ts';
import { openRendezvousAccess } from './links/rendezvous/rendezvous-access.ts';
import { quietly } from './quietly.ts';
import { type Binding, bindSocket, type Connection, makeKeyPair } from './wire/connection.ts';

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
 * Opens a place where a worker of another host may join: binds the socket, makes the keys, tells of it by the
 * connection file or in the rendezvous directory.
 * @throws BalpmError (usage) for every interface at once, (environment) when address, file or directory cannot be used.
 */
export async function openListening(options: ListenOptions & ListeningContext): Promise<Listening> {
  const patience = { ...PATIENCE, ...options.patience };
  const serverKeys = makeKeyPair();
  const note = noteOf(options);
  const access = await openAccess(options, note);
  const domain = randomUUID();
  const unguard = await guardDomain(domain, {
    allows: access.allows,
    onRefused: (address) => note(`Refused a worker from ${address}: its key is not on the list`),
  });
  let listening: Listening | undefined;
  let connection: Connection | undefined;
  try {
    const { heartbeatIntervalMs: intervalMs, heartbeatTimeoutMs: timeoutMs } = patience;
    connection = await bindAt(options, {
      heartbeat: { intervalMs, timeoutMs, timeToLiveMs: timeoutMs },
      security: { secretKey: serverKeys.secretKey, domain },
      onMessage: (identity, frames) => listening?.receive(identity, frames),
      onDisconnected: () => listening?.noticeDisconnect(),
      onIntruder: (code) => note(`Refused a connection: ${REASONS[code] ?? `it broke off the handshake (${code})`}`),
    });
    const place = placeOf(options, connection.endpoint);
    const pinnedTorch = pinnedVersion(options.packageDir, 'torch');
    const { runDir = null, device, threads, isOver = () => true } = options;
    access.publish({ endpoints: place.endpoints, serverKey: serverKeys.publicKey, patience, runDir, device, threads });
    listening = new Listening({ connection, place, access, patience, note, unguard, pinnedTorch, runDir, isOver });
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

/** Binds the socket on one interface. @throws BalpmError (usage) for every interface, (environment) for one that cannot be had. */
async function bindAt(options: ListenOptions, binding: Omit<Binding, 'endpoint'>): Promise<Connection> {
  const { host, port } = oneInterface(options);
  try {
    return await bindSocket({ endpoint: `tcp://${host}:${port ?? '*'}`, isIpv6: host.startsWith('['), ...binding });
  } catch (error) {
    const where = port === undefined ? host : `${host}:${port}`;
    throw environmentError(
      `Cannot listen on '${where}': ${messageOf(error)}, the address or the name of one of this machine's interfaces and a free port are needed`,
    );
  }
}

async function openAccess(
  options: ListenOptions & ListeningContext,
  note: (sentence: string) => void,
): Promise<WorkerAccess> {
  if (options.rendezvous === undefined) return connectionAccess(options.connectionFile);
  const { signal = new AbortController().signal } = options;
  return openRendezvousAccess({ directory: options.rendezvous, note, signal });
}

const placeOf = ({ connectionFile, rendezvous, advertise }: ListenOptions, bound: string): ListeningPlace => ({
  connectionFile: connectionFile ?? null,
  rendezvous: rendezvous ?? null,
  endpoints: endpointsOf(bound, advertise),
});

function noteOf({ logFile, onNote }: ListenOptions & ListeningContext): (sentence: string) => void {
  const append = appendLog(logFile);
  const tell = quietly(onNote);
  return (sentence) => {
    if (append(sentence)) tell(sentence);
  };
}

/** The bound address, or its port on every advertised host. */
function endpointsOf(bound: string, advertise: readonly string[] = []): readonly string[] {
  const port = bound.slice(bound.lastIndexOf(':'));
  return advertise.length === 0 ? [bound] : advertise.map((host) => `tcp://${host}${port}`);
}
