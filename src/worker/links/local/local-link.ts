import { randomBytes, randomUUID } from 'node:crypto';
import { type Deferred, defer } from '../../../base/deferred.ts';
import { ownMark } from '../../../base/files/owner.ts';
import type { HelloMessage, Link, LinkContext, LinkListener, LinkSource } from '../../session/link.ts';
import { numberMessages } from '../../wire/number-messages.ts';
import { readMessage, textField } from '../../wire/read-message.ts';
import { startCancelled, WorkerFailure } from '../../worker-failure.ts';
import { Absence } from '../absence.ts';
import { appendLog } from '../append-log.ts';
import { foreignToken, refusalOf, rejection, showsToken, unreadableHello } from '../handshake.ts';
import { type LocalConnection, openConnection } from './open-connection.ts';
import { type ProcessOptions, spawnWorker } from './process.ts';
import { isStillThere } from './socket-file.ts';

/** How processes of this machine are started and reached. */
interface LocalOptions extends Omit<ProcessOptions, 'bootLine'> {
  readonly heartbeat: { readonly intervalMs: number; readonly timeoutMs: number };
  /** Milliseconds a connection may stay interrupted. */
  readonly reconnectMs: number;
  readonly runDir?: string;
  readonly sharedMemory?: string | null;
}

/** Links to processes of this machine, each started for its link and ended with it. */
export const localLinks = (options: LocalOptions): LinkSource => ({
  places: options,
  late: 'it did not introduce itself',
  open: (context) => openLocalLink(options, context),
  announceEnd: () => undefined,
  close: () => undefined,
});

async function openLocalLink(options: LocalOptions, { signal, note }: LinkContext): Promise<Link> {
  let door: Door | undefined;
  const connection = await openConnection({
    heartbeat: options.heartbeat,
    onMessage: (identity, frames) => door?.receive(identity, frames),
    onConnected: () => door?.cameUp(),
    onDisconnected: () => door?.wentDown(),
  });
  try {
    if (signal.aborted) throw startCancelled();
    const { session, token, hello, listen } = (door = new Door(options, connection, note));
    const { endpoint, socketFile: socket } = connection;
    const process = spawnWorker({ ...options, bootLine: JSON.stringify({ endpoint, token, session, socket }) });
    void process.exited.then(() => door?.close());
    return {
      ...process,
      session,
      hello,
      listen,
      python: options.python,
      next: numberMessages(session),
      close: connection.close,
      send: (frames) => connection.send(session, frames),
      offer: (frames) => connection.offer(session, frames),
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** A stranger who tries for ever must not fill the log. */
const MOST_REFUSALS_TOLD = 10;

/** Where one process of this machine comes in; others may reach the socket too, or take hold of its path. */
class Door {
  /** Names the process it belongs to, so that others can tell whether what it left is wanted. */
  readonly session = `${ownMark()}-${randomUUID()}`;
  readonly token = randomBytes(16).toString('hex');
  readonly #introduced: Deferred<HelloMessage> = defer();
  readonly hello = this.#introduced.promise;
  readonly #options: LocalOptions;
  readonly #connection: LocalConnection;
  readonly #note: (sentence: string) => void;
  readonly #absence: Absence;
  #listener: LinkListener | undefined;
  #hasIntroducedItself = false;
  #wasInterrupted = false;
  #refused = 0;

  constructor(options: LocalOptions, connection: LocalConnection, note: (sentence: string) => void) {
    this.#options = options;
    this.#connection = connection;
    this.#note = note;
    const why = `its connection was interrupted for ${options.reconnectMs} ms`;
    this.#absence = new Absence(options.reconnectMs, () => this.#listener?.gone(why));
  }

  readonly listen = (listener: LinkListener): void => {
    this.#listener = listener;
    this.#wasInterrupted = false; // what was on the way to whoever listened before is of no interest
    this.#absence.end();
  };

  /** The process has ended: its connection ends with it. */
  close(): void {
    this.#absence.close();
  }

  /** Takes a message of whoever reached the socket. */
  receive(identity: string, frames: readonly Buffer[]): void {
    const incoming = readMessage(frames);
    if (incoming === undefined) return;
    const isOurs = identity === this.session;
    if (incoming.type === 'broken') {
      if (!isOurs) return;
      const { value, reason } = incoming;
      if (textField(value, 'type') === 'hello')
        this.#introduced.reject(unreadableHello(textField(value, 'schemaSha'), reason));
    } else {
      const { message } = incoming;
      if (message.type === 'hello' && !showsToken(incoming, this.token)) {
        if (!isOurs || !this.#hasIntroducedItself) this.#sendAway(identity); // else it has shown the right one before
        return;
      }
      if (!isOurs || message.session !== this.session) return;
      if (message.type === 'hello') this.#judge(message);
      this.#absence.end();
    }
    this.#listener?.hear(incoming);
  }

  /** A stranger's connection may have ended as well: any sign of life says that ours did not. */
  wentDown(): void {
    if (this.#absence.begin()) this.#wasInterrupted = true;
  }

  /** Some peer has connected: ours is back, if it was away. */
  cameUp(): void {
    if (this.#wasInterrupted) this.#listener?.returned();
    this.#wasInterrupted = false;
    this.#absence.end();
  }

  /** A stranger may leave at any time. */
  #sendAway(identity: string): void {
    this.#refused += 1;
    if (this.#refused <= MOST_REFUSALS_TOLD) this.#note('Refused a worker: its token is another one');
    void this.#connection.offer(identity, rejection(identity, foreignToken())).catch(() => undefined);
  }

  #judge(hello: HelloMessage): void {
    if (this.#hasIntroducedItself) return;
    this.#hasIntroducedItself = true;
    try {
      const refusal = stolenPath(this.#connection) ?? refusalOf(hello, this.#options.packageDir);
      if (refusal === undefined) this.#introduced.resolve(hello);
      else this.#refuse(refusal);
    } catch (error) {
      this.#introduced.reject(error);
    }
  }

  #refuse(refusal: WorkerFailure): void {
    appendLog(this.#options.logFile)(`Refused the worker: ${refusal.message}`);
    const told = this.#connection.offer(this.session, rejection(this.session, refusal));
    void told.catch(() => undefined).finally(() => this.#introduced.reject(refusal));
  }
}

/** A worker that came before its path was taken is ours, but somebody is waiting for the next one there. */
const stolenPath = ({ endpoint, socketFile }: LocalConnection): WorkerFailure | undefined =>
  isStillThere(endpoint.slice('ipc://'.length), socketFile)
    ? undefined
    : new WorkerFailure(
        'HANDSHAKE',
        `Cannot use the worker: the socket at '${endpoint}' is not the one that was bound, a place nobody else writes to is needed`,
      );
