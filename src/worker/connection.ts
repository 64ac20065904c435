import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { context, Router } from 'zeromq';
import { systemCodeOf } from '../base/errors.ts';
import { LIMITS } from '../protocol/envelope.ts';

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

export type OnMessage = (identity: string, frames: readonly Buffer[]) => void;

const SOCKET_OPTIONS = {
  mandatory: true,
  handover: true,
  sendTimeout: 0,
  linger: 0,
  sendHighWaterMark: 64,
  receiveHighWaterMark: 64,
  maxMessageSize: LIMITS.frameBytes,
  heartbeatInterval: 5000,
  heartbeatTimeout: 15_000,
  heartbeatTimeToLive: 30_000,
  tcpKeepalive: 1,
  tcpKeepaliveIdle: 60,
} as const;

/** Milliseconds of handling messages after which timers and other sockets get a turn. */
const BURST_MS = 5;
const FULL_QUEUE_RETRY_MS = 5;

/** Binds a private socket and hands every arriving message to `onMessage`, in order. The only user of zeromq. */
export async function openConnection(onMessage: OnMessage): Promise<Connection> {
  context.blocky = false;
  const directory = makePrivateDirectory();
  const endpoint = `ipc://${join(directory, 's')}`;
  const socket = new Router(SOCKET_OPTIONS);
  await socket.bind(endpoint);
  void receive(socket, onMessage);
  let last: Promise<void> = Promise.resolve();
  return {
    endpoint,
    send: (identity, frames) => {
      const sent = last.then(() => sendWhole(socket, [Buffer.from(identity), ...frames]));
      last = sent.catch(() => undefined);
      return sent;
    },
    offer: (identity, frames) => socket.send([Buffer.from(identity), ...frames]),
    close: () => {
      socket.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A directory only this user may enter; its path is short because a socket's path must fit in 107 bytes. */
function makePrivateDirectory(): string {
  const runtime = process.env.XDG_RUNTIME_DIR;
  try {
    if (runtime !== undefined && runtime.length < 60) return mkdtempSync(join(runtime, 'balpm-'));
  } catch {
    // A runtime directory that is named but not usable is common in containers.
  }
  return mkdtempSync('/tmp/balpm-');
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
