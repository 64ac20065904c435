import { type Deferred, defer } from '../../../base/deferred.ts';
import { quotePath } from '../../../base/files/files.ts';
import { unless } from '../../../base/unless.ts';
import type { HelloMessage, Link, LinkContext, LinkSource } from '../../session/link.ts';
import type { Connection } from '../../wire/connection.ts';
import { type Incoming, readMessage, textField, valueOf } from '../../wire/read-message.ts';
import { startCancelled, WorkerFailure } from '../../worker-failure.ts';
import { foreignToken, rejection, remoteNotesOn, remoteRefusalOf, showsToken, unreadableHello } from '../handshake.ts';
import type { Patience } from './connection-file.ts';
import type { ListeningPlace } from './listen-options.ts';
import { RemoteLink } from './remote-link.ts';
import type { WorkerAccess } from './worker-access.ts';

/** What a place to join is made of. */
export interface ListeningOptions {
  readonly connection: Connection;
  readonly place: ListeningPlace;
  readonly access: WorkerAccess;
  readonly patience: Patience;
  /** Version of torch this package asks for. */
  readonly pinnedTorch: string | undefined;
  /** Directory of the run where both sides see it. */
  readonly runDir: string | null;
  /** Asked at the end: whether there will be no other orchestrator for the workers that wait. */
  readonly isOver: () => boolean;
  readonly note: (sentence: string) => void;
  /** Ends the list of keys. */
  readonly unguard: () => void;
}

const GREATEST_NAME = 80;

/** A place where workers of other hosts join, one at a time; who has not the token, or comes second, is sent away. */
export class Listening implements LinkSource {
  readonly place: ListeningPlace;
  readonly places: LinkSource['places'];
  readonly late: string;
  readonly #options: ListeningOptions;
  #current: RemoteLink | undefined;
  /** One that has joined and was not taken on yet. */
  #unclaimed: RemoteLink | undefined;
  #arrival: Deferred<void> = defer();
  /** One after the other, else two that come at once would both be the first. */
  #judging: Promise<void> = Promise.resolve();

  constructor(options: ListeningOptions) {
    this.#options = options;
    this.place = options.place;
    const { endpoints, connectionFile, rendezvous } = options.place;
    this.late = `none joined at ${endpoints.join(', ')} with ${quotePath(connectionFile ?? rendezvous ?? '')}`;
    this.places = { sharedMemory: null, runDir: options.runDir };
  }

  /** The next worker that joins, or the one that has and was not taken on yet. @throws WorkerFailure CANCELLED: it is left to the next who asks. */
  async open({ signal }: Pick<LinkContext, 'signal'>): Promise<Link> {
    for (;;) {
      if (signal.aborted) throw startCancelled();
      const worker = this.#unclaimed;
      this.#unclaimed = undefined;
      if (worker?.isAlive === true) return worker;
      await unless(this.#arrival.promise, { signal, failure: startCancelled });
    }
  }

  /** Handles a message of whoever got through the encryption. */
  receive(identity: string, frames: readonly Buffer[]): void {
    const incoming = readMessage(frames);
    if (incoming === undefined) return;
    const isCurrent = this.#current?.isAlive === true && this.#current.session === identity;
    if (isCurrent && this.#hasToken(incoming)) this.#current?.hear(incoming);
    else if (typeOf(incoming) === 'hello')
      this.#judging = this.#judging.then(() => this.#judge(identity, incoming)).catch(() => undefined);
    else void this.#reject(identity, endedSession());
  }

  /** Some worker's connection has ended. */
  noticeDisconnect(): void {
    void this.#current?.look();
  }

  /** Workers that meet in a directory are told, before the present one is, whether there will be anything more for them. */
  announceEnd(): void {
    const { access, isOver } = this.#options;
    const isDone = isOver();
    if (access.hasSpares) access.withdraw(isDone);
  }

  /** Takes back what told of this place and frees the address; the present worker is cut off. */
  close(): void {
    const { connection, unguard, access } = this.#options;
    connection.close();
    unguard();
    access.withdraw(false);
  }

  /** Only a hello shows a token; what follows it comes over the same encrypted connection. */
  #hasToken(incoming: Incoming): boolean {
    const { token } = this.#options.access;
    return token === null || typeOf(incoming) !== 'hello' || showsToken(incoming, token);
  }

  async #judge(identity: string, incoming: Incoming): Promise<void> {
    const refusal = this.#hasToken(incoming) ? this.#refusalOf(identity, incoming) : foreignToken();
    const isTaken = refusal === undefined && (await this.#isTaken());
    if (refusal === undefined && !isTaken && incoming.type === 'read') {
      this.#welcome(incoming.message as HelloMessage);
      return;
    }
    const failure = refusal ?? secondWorker();
    const { note, access } = this.#options;
    if (isTaken && access.hasSpares) note(`A spare worker waits on '${hostOf(incoming)}'`);
    else note(`Refused a worker that says it is on '${hostOf(incoming)}': ${failure.message}`);
    await this.#reject(identity, failure);
  }

  #refusalOf(identity: string, incoming: Incoming): WorkerFailure | undefined {
    if (incoming.type === 'broken') {
      return unreadableHello(textField(incoming.value, 'schemaSha'), incoming.reason);
    }
    if (incoming.message.session !== identity) return strangeSession();
    return remoteRefusalOf(incoming.message as HelloMessage);
  }

  /** Whether a worker is here already; one whose connection is broken gives way to the next. */
  async #isTaken(): Promise<boolean> {
    const worker = this.#current;
    if (worker?.isAlive !== true) return false;
    if (await worker.isConnected()) return true;
    worker.end({ code: null, signal: null, reason: `on '${worker.host}' was gone when another one joined` });
    return false;
  }

  #welcome(hello: HelloMessage): void {
    const { connection, patience, note, pinnedTorch } = this.#options;
    this.#current = new RemoteLink({ hello, connection, reconnectMs: patience.reconnectMs, note });
    note(`The worker on '${hello.host}' (pid ${hello.pid}) joined`);
    for (const sentence of remoteNotesOn(hello, pinnedTorch)) note(sentence);
    this.#unclaimed = this.#current;
    this.#arrival.resolve();
    this.#arrival = defer();
  }

  /** Who is sent away may be gone already. */
  async #reject(identity: string, failure: WorkerFailure): Promise<void> {
    await this.#options.connection.send(identity, rejection(identity, failure)).catch(() => undefined);
  }
}

const typeOf = (incoming: Incoming): string | null => textField(valueOf(incoming), 'type');

/** What a stranger calls its host, fit for one line of a log. */
const hostOf = (incoming: Incoming): string =>
  (textField(valueOf(incoming), 'host') ?? 'no host').replaceAll(/[^\w.:-]/g, '?').slice(0, GREATEST_NAME);

const refused = (reason: string): WorkerFailure =>
  new WorkerFailure('HANDSHAKE', `Cannot accept the worker: ${reason}`);
const endedSession = (): WorkerFailure => refused('its session has ended, a new start of the worker is needed');
const secondWorker = (): WorkerFailure =>
  new WorkerFailure('UNAVAILABLE', 'Cannot accept the worker: there is a worker already, its end is needed first');
const strangeSession = (): WorkerFailure => refused('its session is not its name on the wire, one id is needed');
