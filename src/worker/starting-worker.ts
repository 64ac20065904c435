import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { FromWorker } from '../protocol/envelope.ts';
import { appendLog } from './append-log.ts';
import { Calls } from './calls.ts';
import type { WorkerClient, WorkerOptions } from './client.ts';
import { closeWorker } from './close-worker.ts';
import { type LocalConnection, openConnection } from './connection.ts';
import { startFailed, workerLost } from './death.ts';
import { type Deferred, defer } from './deferred.ts';
import { numberMessages } from './envelope.ts';
import { encodeMessage } from './frames.ts';
import { type HelloMessage, refusalOf, unreadableHello } from './handshake.ts';
import { watchForHang } from './hang-watch.ts';
import { spawnWorker, type WorkerProcess } from './process.ts';
import { readMessage, textField } from './read-message.ts';
import { isStillThere } from './socket-file.ts';
import { startCancelled } from './start-cancelled.ts';
import { WorkerFailure } from './worker-failure.ts';

const START_TIMEOUT_MS = 20_000;
const READY_TIMEOUT_MS = 30 * 60_000;
const STATUS_INTERVAL_MS = 2000;
const PROGRESS_INTERVAL_MS = 250;
const DRAIN_MS = 5000;
/** One request runs, one waits in the worker; the rest waits here. */
const QUEUED_IN_WORKER = 1;

type Handler = (message: FromWorker, frames: readonly Buffer[]) => void;

/** A worker on its way from nothing to ready. */
export class StartingWorker {
  readonly #options: WorkerOptions;
  readonly #session = randomUUID();
  readonly #token = randomBytes(16).toString('hex');
  readonly #next = numberMessages(this.#session);
  readonly #hello: Deferred<HelloMessage> = defer();
  readonly #ready: Deferred<void> = defer();
  #handle: Handler = (message) => this.#onStarting(message);
  #connection: LocalConnection | undefined;
  #process: WorkerProcess | undefined;
  #calls: Calls | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  async run(): Promise<WorkerClient> {
    const { packageDir, startTimeoutMs = START_TIMEOUT_MS, readyTimeoutMs = READY_TIMEOUT_MS } = this.#options;
    const connection = await openConnection((identity, frames) => this.#onMessage(identity, frames));
    this.#connection = connection;
    const { endpoint, socketFile } = connection;
    const bootLine = JSON.stringify({ endpoint, token: this.#token, session: this.#session, socket: socketFile });
    const process = spawnWorker({ ...this.#options, bootLine });
    this.#process = process;
    const hello = await this.#soon(process, this.#hello.promise, startTimeoutMs, 'introduce itself');
    const refusal = stolenPath(connection) ?? refusalOf(hello, packageDir);
    if (refusal !== undefined) {
      appendLog(this.#options.logFile)(`Refused the worker: ${refusal.message}`);
      await this.#reject(this.#session, refusal);
      throw refusal;
    }
    await this.#welcome();
    await this.#soon(process, this.#ready.promise, readyTimeoutMs, 'become ready');
    return this.#becomeClient(hello, connection, process);
  }

  /** Leaves nothing behind: no process, no socket, no directory. */
  async abandon(): Promise<void> {
    this.#process?.kill();
    await this.#process?.exited;
    this.#connection?.close();
  }

  /** The first of: what is awaited, the end of the process, the time limit, an abort. */
  async #soon<T>(process: WorkerProcess, awaited: Promise<T>, limitMs: number, what: string): Promise<T> {
    const { python, signal, logFile } = this.#options;
    const done = new AbortController();
    const ended = process.exited.then((exit) => {
      throw startFailed(python, { exit, pid: process.pid, lastLines: process.lastLines(), logFile });
    });
    const late = setTimeout(limitMs, undefined, { signal: done.signal }).then(() => {
      const message = `Cannot start the worker: it did not ${what} within ${limitMs} ms, a faster start or a longer limit is needed; its log is '${logFile}'`;
      throw new WorkerFailure('START_TIMEOUT', message);
    });
    try {
      return await Promise.race([awaited, ended, late, ...(signal ? [aborted(signal, done.signal)] : [])]);
    } finally {
      done.abort();
    }
  }

  #onMessage(identity: string, frames: readonly Buffer[]): void {
    const incoming = readMessage(frames);
    if (incoming === undefined) return;
    if (incoming.type === 'broken') {
      if (identity === this.#session) this.#onBroken(incoming.value, incoming.reason);
      return;
    }
    const { message, tensorFrames } = incoming;
    if (message.type === 'hello' && message.token !== this.#token) {
      void this.#reject(identity, foreignToken()).catch(() => undefined); // a stranger may leave at any time
    } else if (identity === this.#session && message.session === this.#session) {
      this.#handle(message, tensorFrames);
    }
  }

  #onBroken(value: unknown, reason: string): void {
    const re = textField(value, 're');
    if (re !== null) this.#calls?.refuse(re, reason);
    if (textField(value, 'type') === 'hello')
      this.#hello.reject(unreadableHello(textField(value, 'schemaSha'), reason));
  }

  #onStarting(message: FromWorker): void {
    if (message.type === 'hello') this.#hello.resolve(message);
    if (message.type === 'status' && message.phase === 'ready') this.#ready.resolve();
  }

  async #welcome(): Promise<void> {
    const { statusIntervalMs = STATUS_INTERVAL_MS, progressIntervalMs = PROGRESS_INTERVAL_MS } = this.#options;
    const settings = {
      statusIntervalMs,
      progressIntervalMs,
      runDir: null,
      sharedMemory: null,
      operations: [],
      logLevel: 'info',
    };
    await this.#send(this.#session, { type: 'welcome', ...this.#next(), ...settings });
  }

  async #reject(identity: string, { code, message }: WorkerFailure): Promise<void> {
    await this.#send(identity, { type: 'reject', ...this.#next(), session: identity, code, message });
  }

  async #send(identity: string, header: object): Promise<void> {
    await this.#connection?.send(identity, encodeMessage(header, {}, 'a message'));
  }

  #becomeClient(hello: HelloMessage, connection: LocalConnection, process: WorkerProcess): WorkerClient {
    const { logFile } = this.#options;
    const calls = new Calls({
      send: (frames) => connection.send(this.#session, frames),
      next: this.#next,
      credit: hello.capacity + QUEUED_IN_WORKER,
      onStuck: process.kill,
      logFile,
    });
    this.#calls = calls;
    const watch = watchForHang(calls, process);
    this.#handle = (message, frames) => {
      watch.heard(message);
      calls.receive(message, frames);
    };
    const ended = process.exited.then((exit) => {
      const report = { exit, pid: process.pid, lastLines: process.lastLines(), logFile };
      watch.stop();
      calls.close((what) => watch.failure(what, logFile) ?? workerLost(what, report));
      connection.close();
    });
    const shutdown = (drainMs: number) => this.#send(this.#session, { type: 'shutdown', ...this.#next(), drainMs });
    return {
      hello,
      logFile,
      ended,
      call: async (operation, params, tensors = {}, options = {}) =>
        (await calls.start({ operation, params, tensors, options })) as never, // its data passed operation.data
      close: (drainMs = DRAIN_MS) => closeWorker(process, shutdown, ended, drainMs),
    };
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
