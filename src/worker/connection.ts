import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { context, Router } from 'zeromq';
import { systemCodeOf } from '../base/errors.ts';
import { LIMITS } from '../protocol/envelope.ts';
import { makeSocketDirectory } from './socket-directory.ts';

/** A bound socket that one worker connects to. */
export interface Connection {
  readonly endpoint: string;
  /** Sends one message after those before it; rejects when the peer is gone. */
  readonly send: (identity: string, frames: readonly Uint8Array[]) => Promise<void>;
  /** Sends one message now; rejects when there is no room for it, so that a peer who never reads holds up nobody. */
  readonly offer: (identity: string, frames: readonly Uint8Array[]) => Promise<void>;
  /** Ends the connection at once; what was not sent is dropped. */
  readonly close: () => void;
}

export interface ConnectionOptions {
  readonly heartbeat: { readonly intervalMs: number; readonly timeoutMs: number };
  /** Every arriving message, in order. */
  readonly onMessage: (identity: string, frames: readonly Buffer[]) => void;
  readonly onConnected: () => void;
  readonly onDisconnected: () => void;
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

/** Binds a private socket and hands on what happens at it. The only user of zeromq. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  context.blocky = false;
  const path = join(makeSocketDirectory(), 's');
  const { intervalMs, timeoutMs } = options.heartbeat;
  const socket = new Router({ ...SOCKET_OPTIONS, heartbeatInterval: intervalMs, heartbeatTimeout: timeoutMs });
  void follow(socket, options);
  await socket.bind(`ipc://${path}`);
  void receive(socket, options.onMessage);
  let last: Promise<void> = Promise.resolve();
  return {
    endpoint: `ipc://${path}`,
    send: (identity, frames) => {
      const sent = last.then(() => sendWhole(socket, [Buffer.from(identity), ...frames]));
      last = sent.catch(() => undefined);
      return sent;
    },
    offer: (identity, frames) => socket.send([Buffer.from(identity), ...frames]),
    close: () => {
      socket.close();
      rmSync(dirname(path), { recursive: true, force: true });
    },
  };
}

/** Ends by itself when the socket is closed. */
async function follow(socket: Router, { onConnected, onDisconnected }: ConnectionOptions): Promise<void> {
  for await (const event of socket.events) {
    if (event.type === 'handshake') onConnected();
    if (event.type === 'disconnect') onDisconnected();
    if (event.type === 'end') return;
  }
}

async function receive(socket: Router, onMessage: ConnectionOptions['onMessage']): Promise<void> {
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
