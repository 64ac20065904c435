import { environmentError, messageOf } from '../../../base/errors.ts';
import { MAGIC } from '../../../protocol/envelope.ts';
import { type Binding, bindSocket, type Connection, type KeyPair } from '../../wire/connection.ts';
import type { Patience } from './connection-file.ts';
import { type ListenAddress, oneInterface } from './listen-address.ts';

/** A socket other hosts can reach, with encryption. */
export interface RemoteConnection extends Connection {
  /** Whether a worker with that identity is connected at this moment. */
  readonly isConnected: (identity: string) => Promise<boolean>;
}

/** What a socket that other hosts can reach is bound with. */
export interface RemoteBinding extends Pick<Binding, 'onMessage' | 'onDisconnected'> {
  readonly address: ListenAddress;
  readonly serverKeys: KeyPair;
  /** Domain of the list of keys, see `guardDomain`. */
  readonly domain: string;
  readonly patience: Patience;
  readonly onIntruder: (reason: string) => void;
}

/**
 * Binds an encrypted socket on one interface and hands on what happens at it.
 * @throws BalpmError (usage) for every interface at once, (environment) for an address that cannot be bound.
 */
export async function openRemoteConnection(binding: RemoteBinding): Promise<RemoteConnection> {
  const connection = await bindTo(binding);
  // The mark alone is a message to nobody; it only shows whether there is a way.
  const isConnected = (identity: string): Promise<boolean> =>
    connection.send(identity, [Buffer.from(MAGIC)]).then(
      () => true,
      () => false,
    );
  return { ...connection, isConnected };
}

async function bindTo({ address, serverKeys, domain, patience, ...events }: RemoteBinding): Promise<Connection> {
  const { host, port } = oneInterface(address);
  const { heartbeatIntervalMs: intervalMs, heartbeatTimeoutMs: timeoutMs } = patience;
  try {
    return await bindSocket({
      endpoint: `tcp://${host}:${port ?? '*'}`,
      heartbeat: { intervalMs, timeoutMs, timeToLiveMs: timeoutMs },
      security: { secretKey: serverKeys.secretKey, domain },
      isIpv6: address.host.startsWith('['),
      ...events,
    });
  } catch (error) {
    const where = port === undefined ? host : `${host}:${port}`;
    throw environmentError(
      `Cannot listen on '${where}': ${messageOf(error)}, the address or the name of one of this machine's interfaces and a free port are needed`,
    );
  }
}
