import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { ownMark } from '../../base/files/owner.ts';
import type { FromWorker } from '../../protocol/envelope.ts';
import { appendLog } from '../links/append-log.ts';
import { type HelloMessage, refusalOf, unreadableHello } from '../links/handshake.ts';
import { spawnWorker, type WorkerProcess } from '../links/local/process.ts';
import { isStillThere } from '../links/local/socket-file.ts';
import { TensorFiles } from '../tensors/tensor-files.ts';
import { type LocalConnection, openConnection } from '../wire/connection.ts';
import { type Deferred, defer } from '../wire/deferred.ts';
import { encodeMessage } from '../wire/frames.ts';
import { numberMessages } from '../wire/number-messages.ts';
import { readMessage, textField } from '../wire/read-message.ts';
import { startCancelled, WorkerFailure } from '../worker-failure.ts';
import { startFailed } from './exit.ts';
import { Session } from './session.ts';
import { SESSION_DEFAULTS, type SessionContext, type SessionOptions, type SessionSettings } from './session-options.ts';

/**
 * Starts a worker process and waits until it is ready.
 * @throws WorkerFailure START_FAILED (missing Python, wrong torch), HANDSHAKE (another schema), START_TIMEOUT, CANCELLED.
 */
export async function startSession(options: SessionOptions, context: SessionContext): Promise<Session> {
  if (context.signal.aborted) throw startCancelled();
  const starting = new StartingSession({ ...SESSION_DEFAULTS, ...options }, context);
  try {
    return await starting.run();
  } catch (error) {
    await starting.abandon();
    throw error;
  }
}

/** A stranger who tries for ever must not fill the log. */
const MOST_REFUSALS_TOLD = 10;

/** A worker on its way from nothing to ready. */
class StartingSession {
  readonly #settings: SessionSettings;
  readonly #context: SessionContext;
  /** Names the process it belongs to, so that others can tell whether what it left is wanted. */
  readonly #id = `${ownMark()}-${randomUUID()}`;
  readonly #token = randomBytes(16).toString('hex');
  readonly #next = numberMessages(this.#id);
  readonly #hello: Deferred<HelloMessage> = defer();
  readonly #ready: Deferred<void> = defer();
  readonly #files: TensorFiles;
  #connection: LocalConnection | undefined;
  #process: WorkerProcess | undefined;
  #session: Session | undefined;
  #refused = 0;

  constructor(settings: SessionSettings, context: SessionContext) {
    this.#settings = settings;
    this.#files = new TensorFiles({ session: this.#id, sharedMemory: settings.sharedMemory, runDir: settings.runDir });
    this.#context = context;
  }

  async run(): Promise<Session> {
    const { packageDir, startTimeoutMs, readyTimeoutMs, heartbeat } = this.#settings;
    const connection = await openConnection({
      heartbeat,
      onMessage: (identity, frames) => this.#onMessage(identity, frames),
      onConnected: () => this.#session?.connected(),
      onDisconnected: () => this.#session?.disconnected(),
    });
    this.#connection = connection;
    const { endpoint, socketFile } = connection;
    const bootLine = JSON.stringify({ endpoint, token: this.#token, session: this.#id, socket: socketFile });
    const process = spawnWorker({ ...this.#settings, bootLine });
    this.#process = process;
    const hello = await this.#soon(process, this.#hello.promise, startTimeoutMs, 'introduce itself');
    const refusal = stolenPath(connection) ?? refusalOf(hello, packageDir);
    if (refusal !== undefined) {
      appendLog(this.#settings.logFile)(`Refused the worker: ${refusal.message}`);
      await this.#reject(this.#id, refusal);
      throw refusal;
    }
    await this.#welcome();
    await this.#soon(process, this.#ready.promise, readyTimeoutMs, 'become ready');
    this.#session = new Session({
      id: this.#id,
      hello,
      connection,
      process,
      next: this.#next,
      settings: this.#settings,
      files: this.#files,
      context: this.#context,
    });
    return this.#session;
  }

  /** Leaves nothing behind: no process, no socket, no directory. */
  async abandon(): Promise<void> {
    this.#process?.kill();
    await this.#process?.exited;
    this.#connection?.close();
    await this.#files.close();
  }

  /** The first of: what is awaited, the end of the process, the time limit, an abort. */
  async #soon<T>(process: WorkerProcess, awaited: Promise<T>, limitMs: number, what: string): Promise<T> {
    const { python, logFile } = this.#settings;
    const done = new AbortController();
    const ended = process.exited.then((exit) => {
      throw startFailed(python, { exit, pid: process.pid, lastLines: process.lastLines(), logFile });
    });
    const late = setTimeout(limitMs, undefined, { signal: done.signal }).then(() => {
      const message = `Cannot start the worker: it did not ${what} within ${limitMs} ms, a faster start or a longer limit is needed; its log is '${logFile}'`;
      throw new WorkerFailure('START_TIMEOUT', message);
    });
    try {
      return await Promise.race([awaited, ended, late, aborted(this.#context.signal, done.signal)]);
    } finally {
      done.abort();
    }
  }

  #onMessage(identity: string, frames: readonly Buffer[]): void {
    const incoming = readMessage(frames);
    if (incoming === undefined) return;
    if (incoming.type === 'broken') {
      if (identity === this.#id) this.#onBroken(incoming.value, incoming.reason);
      return;
    }
    const { message, tensorFrames } = incoming;
    if (message.type === 'hello' && message.token !== this.#token) {
      if (identity === this.#id && this.#session !== undefined) return; // it has shown the right one before
      this.#refused += 1;
      if (this.#refused <= MOST_REFUSALS_TOLD) this.#context.note('Refused a worker: its token is another one');
      void this.#reject(identity, foreignToken()).catch(() => undefined); // a stranger may leave at any time
    } else if (identity === this.#id && message.session === this.#id) {
      if (this.#session === undefined) this.#onStarting(message);
      else this.#session.receive(message, tensorFrames);
    }
  }

  #onBroken(value: unknown, reason: string): void {
    const re = textField(value, 're');
    if (re !== null) this.#session?.refuse(re, reason);
    if (textField(value, 'type') === 'hello')
      this.#hello.reject(unreadableHello(textField(value, 'schemaSha'), reason));
  }

  #onStarting(message: FromWorker): void {
    if (message.type === 'hello') this.#hello.resolve(message);
    if (message.type === 'status' && message.phase === 'ready') this.#ready.resolve();
  }

  async #welcome(): Promise<void> {
    const { statusIntervalMs, progressIntervalMs, operations } = this.#settings;
    const { runDir, sharedMemory } = this.#files;
    const places = { runDir, sharedMemory, operations };
    const header = { type: 'welcome', ...this.#next(), statusIntervalMs, progressIntervalMs, ...places };
    await this.#send(this.#id, { ...header, logLevel: 'info' });
  }

  async #reject(identity: string, { code, message }: WorkerFailure): Promise<void> {
    const header = { type: 'reject', ...this.#next(), session: identity, code, message };
    await this.#connection?.offer(identity, encodeMessage(header, {}, 'a message'));
  }

  async #send(identity: string, header: object): Promise<void> {
    await this.#connection?.send(identity, encodeMessage(header, {}, 'a message'));
  }
}

/** Rejects when `signal` is aborted, unless `done` is first. */
function aborted(signal: AbortSignal, done: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(startCancelled());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true, signal: done });
  });
}

/** A worker that came before its path was taken is ours, but somebody is waiting for the next one there. */
const stolenPath = ({ endpoint, socketFile }: LocalConnection): WorkerFailure | undefined =>
  isStillThere(endpoint.slice('ipc://'.length), socketFile)
    ? undefined
    : new WorkerFailure(
        'HANDSHAKE',
        `Cannot use the worker: the socket at '${endpoint}' is not the one that was bound, a place nobody else writes to is needed`,
      );

const foreignToken = (): WorkerFailure =>
  new WorkerFailure(
    'HANDSHAKE',
    'Cannot accept the worker: its token is another one, the token of this orchestrator is needed',
  );
