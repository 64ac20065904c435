// Beside zap.ts the only file that imports zeromq.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { context, curveKeyPair, Router } from 'zeromq';
import { environmentError, messageOf, systemCodeOf } from '../../base/errors.ts';
import { LIMITS, MAGIC } from '../../protocol/envelope.ts';
import { makeSocketDirectory } from '../links/local/socket-directory.ts';
import { type SocketFile, socketFileAt } from '../links/local/socket-file.ts';
import type { Patience } from '../links/remote/connection-file.ts';
import { type ListenAddress, oneInterface } from '../links/remote/listen-address.ts';

/** A bound socket that workers connect to. */
export interface Connection {
  readonly endpoint: string;
  /** Sends one message after those before it; rejects when the peer is gone. */
  readonly send: (identity: string, frames: readonly Uint8Array[]) => Promise<void>;
  /** Sends one message now; rejects when there is no room for it, so that a peer who never reads holds up nobody. */
  readonly offer: (identity: string, frames: readonly Uint8Array[]) => Promise<void>;
  /** Ends the connection at once; what was not sent is dropped. */
  readonly close: () => void;
}

/** A socket only this machine can reach. */
export interface LocalConnection extends Connection {
  /** The file that was bound: who finds another one at the endpoint's path talks to somebody else. */
  readonly socketFile: SocketFile;
}

/** A socket other hosts can reach, with encryption. */
export interface RemoteConnection extends Connection {
  /** Whether a worker with that identity is connected at this moment. */
  readonly isConnected: (identity: string) => Promise<boolean>;
}

type OnMessage = (identity: string, frames: readonly Buffer[]) => void;

/** What a private socket is bound with. */
export interface LocalBinding {
  readonly heartbeat: { readonly intervalMs: number; readonly timeoutMs: number };
  /** Every arriving message, in order. */
  readonly onMessage: OnMessage;
  readonly onConnected: () => void;
  readonly onDisconnected: () => void;
}

/** A CURVE key pair in Z85. */
export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** A new CURVE key pair. */
export const makeKeyPair = (): KeyPair => curveKeyPair();

/** What a socket that other hosts can reach is bound with. */
export interface RemoteBinding {
  readonly address: ListenAddress;
  readonly serverKeys: KeyPair;
  /** Domain of the list of keys, see `guardDomain`. */
  readonly domain: string;
  readonly patience: Patience;
  readonly onMessage: OnMessage;
  /** A connection of some worker has ended. */
  readonly onDisconnect: () => void;
  /** A peer did not get through the handshake, though not because of its key; `reason` is libzmq's word. */
  readonly onIntruder: (reason: string) => void;
}

const SOCKET_OPTIONS = {
  mandatory: true,
  handover: true,
  sendTimeout: 0,
  linger: 0,
  sendHighWaterMark: 64,
  receiveHighWaterMark: 64,
  maxMessageSize: LIMITS.frameBytes,
  heartbeatTimeToLive: 30_000,
  tcpKeepalive: 1,
  tcpKeepaliveIdle: 60,
} as const;

/** Milliseconds of handling messages after which timers and other sockets get a turn. */
const BURST_MS = 5;
const FULL_QUEUE_RETRY_MS = 5;

/** Binds a private socket and hands on what happens at it. */
export async function openConnection(binding: LocalBinding): Promise<LocalConnection> {
  context.blocky = false;
  const { heartbeat, onMessage, onConnected, onDisconnected } = binding;
  const path = join(makeSocketDirectory(), 's');
  const { intervalMs, timeoutMs } = heartbeat;
  const socket = new Router({ ...SOCKET_OPTIONS, heartbeatInterval: intervalMs, heartbeatTimeout: timeoutMs });
  socket.events.on('handshake', onConnected);
  socket.events.on('disconnect', onDisconnected);
  const close = (): void => {
    socket.close();
    rmSync(dirname(path), { recursive: true, force: true });
  };
  const socketFile = await bindFile(socket, path).catch((error: unknown) => {
    close();
    throw environmentError(`Cannot listen at '${path}': ${messageOf(error)}, a writable place for a socket is needed`);
  });
  void receive(socket, onMessage);
  return {
    endpoint: `ipc://${path}`,
    socketFile,
    send: inOrder(socket),
    offer: async (identity, frames) => socket.send([Buffer.from(identity), ...frames]),
    close,
  };
}

async function bindFile(socket: Router, path: string): Promise<SocketFile> {
  await socket.bind(`ipc://${path}`);
  return socketFileAt(path);
}

/**
 * Binds an encrypted socket on one interface and hands every arriving message to `onMessage`, in order.
 * @throws BalpmError (usage) for every interface at once, (environment) for an address that cannot be bound.
 */
export async function openRemoteConnection(binding: RemoteBinding): Promise<RemoteConnection> {
  context.blocky = false;
  const { onMessage, onDisconnect, onIntruder } = binding;
  const socket = new Router(remoteOptions(binding));
  await bindTo(socket, binding.address);
  socket.events.on('disconnect', onDisconnect);
  socket.events.on('handshake:error:protocol', ({ error }) => onIntruder(error.code));
  socket.events.on('handshake:error:other', ({ error }) => onIntruder(error.code));
  void receive(socket, onMessage);
  const send = inOrder(socket);
  return {
    endpoint: String(socket.lastEndpoint),
    send,
    offer: async (identity, frames) => socket.send([Buffer.from(identity), ...frames]),
    // The mark alone is a message to nobody; it only shows whether there is a way.
    isConnected: async (identity) => {
      try {
        await send(identity, [Buffer.from(MAGIC)]);
        return true;
      } catch {
        return false;
      }
    },
    close: () => socket.close(),
  };
}

function remoteOptions({ address, serverKeys, domain, patience }: RemoteBinding) {
  return {
    ...SOCKET_OPTIONS,
    ipv6: address.host.startsWith('['),
    curveServer: true,
    curveSecretKey: serverKeys.secretKey,
    zapDomain: domain,
    heartbeatInterval: patience.heartbeatIntervalMs,
    heartbeatTimeout: patience.heartbeatTimeoutMs,
    heartbeatTimeToLive: patience.heartbeatTimeoutMs,
  };
}

async function bindTo(socket: Router, address: ListenAddress): Promise<void> {
  const { host, port } = oneInterface(address);
  try {
    await socket.bind(`tcp://${host}:${port ?? '*'}`);
  } catch (error) {
    const where = port === undefined ? host : `${host}:${port}`;
    throw environmentError(
      `Cannot listen on '${where}': ${messageOf(error)}, the address or the name of one of this machine's interfaces and a free port are needed`,
    );
  }
}

/** Sends one message after the other; two at once would be an error of the socket's. */
function inOrder(socket: Router): Connection['send'] {
  let last: Promise<void> = Promise.resolve();
  return (identity, frames) => {
    const sent = last.then(() => sendWhole(socket, [Buffer.from(identity), ...frames]));
    last = sent.catch(() => undefined);
    return sent;
  };
}

async function receive(socket: Router, onMessage: OnMessage): Promise<void> {
  let begun = performance.now();
  for await (const [identity, ...frames] of socket) {
    if (identity !== undefined) onMessage(identity.toString(), frames);
    if (performance.now() - begun < BURST_MS) continue;
    await setImmediate();
    begun = performance.now();
  }
}

async function sendWhole(socket: Router, frames: Uint8Array[]): Promise<void> {
  for (;;) {
    try {
      return await socket.send(frames);
    } catch (error) {
      if (systemCodeOf(error) !== 'EAGAIN') throw error;
      await setTimeout(FULL_QUEUE_RETRY_MS);
    }
  }
}
