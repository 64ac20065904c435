// Beside zap.ts the only file that imports zeromq.
import { setImmediate, setTimeout } from 'node:timers/promises';
import { context, curveKeyPair, Router } from 'zeromq';
import { systemCodeOf } from '../../base/errors.ts';
import { LIMITS } from '../../protocol/envelope.ts';

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

/** Called with every arriving message, in order. */
type OnMessage = (identity: string, frames: readonly Buffer[]) => void;

/** A CURVE key pair in Z85. */
export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** A new CURVE key pair. */
export const makeKeyPair = (): KeyPair => curveKeyPair();

/** What a socket is bound with. */
export interface Binding {
  /** `ipc://path` or `tcp://host:port`, with `*` for any port. */
  readonly endpoint: string;
  /** Milliseconds between two heartbeats, without one until a connection counts as broken, and until the peer thinks so. */
  readonly heartbeat: { readonly intervalMs: number; readonly timeoutMs: number; readonly timeToLiveMs: number };
  /** Server key and domain of the list of keys (see `guardDomain`) of an encrypted socket. */
  readonly security?: { readonly secretKey: string; readonly domain: string };
  readonly isIpv6?: boolean;
  readonly onMessage: OnMessage;
  /** A peer has got through the handshake. */
  readonly onConnected?: () => void;
  /** A connection of some peer has ended. */
  readonly onDisconnected: () => void;
  /** A peer did not get through the handshake, though not because of its key; `reason` is libzmq's word. */
  readonly onIntruder?: (reason: string) => void;
}

const SOCKET_OPTIONS = {
  mandatory: true,
  handover: true,
  sendTimeout: 0,
  linger: 0,
  sendHighWaterMark: 64,
  receiveHighWaterMark: 64,
  maxMessageSize: LIMITS.frameBytes,
  tcpKeepalive: 1,
  tcpKeepaliveIdle: 60,
} as const;

/** Milliseconds of handling messages after which timers and other sockets get a turn. */
const BURST_MS = 5;
const FULL_QUEUE_RETRY_MS = 5;

/** Binds a socket and hands on what happens at it. @throws the error of the system or of libzmq when it cannot be bound. */
export async function bindSocket(binding: Binding): Promise<Connection> {
  context.blocky = false;
  const socket = new Router(optionsOf(binding));
  const { onConnected, onDisconnected, onIntruder } = binding;
  if (onConnected !== undefined) socket.events.on('handshake', onConnected);
  socket.events.on('disconnect', onDisconnected);
  socket.events.on('handshake:error:protocol', ({ error }) => onIntruder?.(error.code));
  socket.events.on('handshake:error:other', ({ error }) => onIntruder?.(error.code));
  try {
    await socket.bind(binding.endpoint);
  } catch (error) {
    socket.close();
    throw error;
  }
  void receive(socket, binding.onMessage);
  return {
    endpoint: String(socket.lastEndpoint),
    send: inOrder(socket),
    offer: async (identity, frames) => socket.send([Buffer.from(identity), ...frames]),
    close: () => socket.close(),
  };
}

const optionsOf = ({ heartbeat, security, isIpv6 = false }: Binding) => ({
  ...SOCKET_OPTIONS,
  ipv6: isIpv6,
  heartbeatInterval: heartbeat.intervalMs,
  heartbeatTimeout: heartbeat.timeoutMs,
  heartbeatTimeToLive: heartbeat.timeToLiveMs,
  ...(security && { curveServer: true, curveSecretKey: security.secretKey, zapDomain: security.domain }),
});

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
