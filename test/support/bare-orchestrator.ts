import { join, resolve } from 'node:path';
import type { FromWorker } from '../../src/protocol/envelope.ts';
import { openConnection } from '../../src/worker/links/local/open-connection.ts';
import { spawnWorker } from '../../src/worker/links/local/process.ts';
import { SESSION_DEFAULTS } from '../../src/worker/session/session-options.ts';
import { encodeMessage } from '../../src/worker/wire/frames.ts';
import { readMessage } from '../../src/worker/wire/read-message.ts';
import { newDirectory, PYTHON } from '../worker/test-worker.ts';

/** A socket with one welcomed worker behind it, and no protection between the two. */
export interface BareOrchestrator {
  readonly pid: number;
  readonly logFile: string;
  /** Sends frames as they are. */
  readonly send: (frames: readonly Uint8Array[]) => Promise<void>;
  /** Asks for `worker.echo` and resolves with what comes back. */
  readonly echo: (id: string) => Promise<FromWorker>;
  /** How often each kind of message came, errors by their code; 'broken' counts what cannot be read. */
  readonly counts: ReadonlyMap<string, number>;
  /** Sends a shutdown and resolves with the exit status. */
  readonly close: () => Promise<number | null>;
}

const SESSION = 's1';
const COMMON = { v: 1, session: SESSION, re: null, seq: 1, sentAt: 1, trace: null };
const WELCOME = { statusIntervalMs: 1000, progressIntervalMs: 1000, runDir: null, sharedMemory: null, operations: [] };
const REQUEST = { attempt: 1, keep: false, deadlineMs: null, hint: null, tensors: [] };

/** Starts a worker and welcomes it. */
export async function openBareOrchestrator(): Promise<BareOrchestrator> {
  const counts = new Map<string, number>();
  const waiting = new Map<string, (message: FromWorker) => void>();
  const onMessage = (_identity: string, frames: readonly Buffer[]): void => {
    const incoming = readMessage(frames);
    const message = incoming?.type === 'read' ? incoming.message : undefined;
    const kind = message?.type === 'error' ? message.error.code : (message?.type ?? 'broken');
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (message?.type === 'hello') waiting.get('hello')?.(message);
    if (message?.type === 'result' || message?.type === 'error') waiting.get(message.re ?? '')?.(message);
  };
  const { heartbeat } = SESSION_DEFAULTS;
  const ignore = (): void => undefined;
  const connection = await openConnection({ heartbeat, onMessage, onConnected: ignore, onDisconnected: ignore });
  const send = (frames: readonly Uint8Array[]) => connection.send(SESSION, frames);
  const say = (header: object) => send(encodeMessage({ ...COMMON, ...header }, {}, 'a message'));
  const hear = (id: string) => new Promise<FromWorker>((settle) => waiting.set(id, settle));
  const hello = hear('hello');
  const logFile = join(newDirectory(), 'worker.log');
  const bootLine = JSON.stringify({ endpoint: connection.endpoint, token: 'secret', session: SESSION });
  const options = { python: PYTHON, packageDir: resolve('.'), device: 'cpu', threads: 1, logFile, bootLine };
  const process = spawnWorker(options);
  await hello;
  await say({ type: 'welcome', id: 'welcome', ...WELCOME, logLevel: 'error' });
  return {
    pid: process.pid as number,
    logFile,
    send,
    counts,
    echo: async (id) => {
      const answer = hear(id);
      const params = { text: id, holdMs: 0, fail: null };
      const key = Buffer.from(id).toString('hex').padEnd(64, 'f');
      await say({ type: 'request', id, op: 'worker.echo', opVersion: 1, params, key, ...REQUEST });
      return answer;
    },
    close: async () => {
      await say({ type: 'shutdown', id: 'shutdown', drainMs: 1000 }).catch(() => undefined);
      const { code } = await process.exited;
      connection.close();
      return code;
    },
  };
}
