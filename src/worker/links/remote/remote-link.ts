import { type Deferred, defer } from '../../../base/deferred.ts';
import { systemCodeOf } from '../../../base/errors.ts';
import { MAGIC } from '../../../protocol/envelope.ts';
import type { Exit, HelloMessage, Link, LinkListener } from '../../session/link.ts';
import type { Connection } from '../../wire/connection.ts';
import { encodeMessage } from '../../wire/frames.ts';
import { numberMessages } from '../../wire/number-messages.ts';
import type { Incoming } from '../../wire/read-message.ts';
import { Absence } from '../absence.ts';

const LOOK_MS = 1000;
const nothing = (): void => undefined;

/** What a link to a worker that joined is made of. */
interface RemoteOptions {
  readonly hello: HelloMessage;
  readonly connection: Connection;
  /** Milliseconds a worker whose connection broke has to come back. */
  readonly reconnectMs: number;
  readonly note: (sentence: string) => void;
}

/**
 * One process of a worker on another host, from its hello to its end. Its connection may break and come back; what it
 * can do on a machine that is not ours is asked for by messages.
 */
export class RemoteLink implements Link {
  readonly session: string;
  readonly host: string;
  readonly next: ReturnType<typeof numberMessages>;
  readonly python = null;
  /** Its stderr is on another host, no signal reaches that, there is no stdin, and the place to join stays. */
  readonly lastLines = (): readonly string[] => [];
  readonly dumpStacks = nothing;
  readonly hangUp = nothing;
  readonly close = nothing;
  readonly pid: number;
  readonly hello: Promise<HelloMessage>;
  readonly exited: Promise<Exit>;
  readonly #options: RemoteOptions;
  readonly #end: Deferred<Exit> = defer();
  readonly #absence: Absence;
  readonly #looks: NodeJS.Timeout;
  #listener: LinkListener | undefined;
  #hasEnded = false;
  #isLooking = false;

  constructor(options: RemoteOptions) {
    const { hello, reconnectMs } = options;
    this.#options = options;
    this.session = hello.session;
    this.host = hello.host;
    this.pid = hello.pid;
    this.next = numberMessages(this.session);
    this.hello = Promise.resolve(hello);
    this.exited = this.#end.promise;
    this.#absence = new Absence(reconnectMs, () => void this.#endOfPatience());
    // A connection that just broke may look whole for a moment, so one look after the event is not enough.
    this.#looks = setInterval(() => void this.look(), Math.min(LOOK_MS, reconnectMs)).unref();
  }

  /** False once it has left, was lost or was given up. */
  get isAlive(): boolean {
    return !this.#hasEnded;
  }

  listen(listener: LinkListener): void {
    this.#listener = listener;
  }

  /** Sends a message; one that finds the connection broken waits until the worker is back. Rejects when it is lost. */
  async send(frames: readonly Uint8Array[]): Promise<void> {
    for (;;) {
      if (this.#hasEnded) throw new Error('it has left');
      await this.#absence.over;
      try {
        return await this.#options.connection.send(this.session, frames);
      } catch (error) {
        if (systemCodeOf(error) !== 'EHOSTUNREACH') throw error;
        this.#beAbsent();
      }
    }
  }

  /** A message that cannot be sent now gives the worker up: it ends by itself. */
  offer(frames: readonly Uint8Array[]): Promise<void> {
    return this.#options.connection.offer(this.session, frames).catch(() => this.kill());
  }

  /** A worker that hangs may read that it was given up much later, and ends then. */
  kill(): void {
    const shutdown = encodeMessage({ type: 'shutdown', ...this.next(), drainMs: 0 }, {}, 'a shutdown');
    this.#options.connection.offer(this.session, shutdown).catch(() => undefined);
    this.end({ code: null, signal: null, reason: `on '${this.host}' was given up` });
  }

  /** Takes a message that came from it. */
  hear(incoming: Incoming): void {
    if (incoming.type === 'read') {
      const { message } = incoming;
      if (message.session !== this.session) return;
      if (message.type === 'hello') return this.#comeBack();
      if (message.type === 'bye') {
        const preempted = message.reason === 'preempted';
        return this.end({ code: 0, signal: null, reason: `left (${message.reason})`, preempted });
      }
    }
    this.#listener?.hear(incoming);
  }

  /** Whether it is connected at this moment: the mark alone is a message to nobody and shows whether there is a way. */
  isConnected(): Promise<boolean> {
    return this.#options.connection.send(this.session, [Buffer.from(MAGIC)]).then(
      () => true,
      () => false,
    );
  }

  /** Looks whether the worker is still connected; some connection broke, and it is not said whose. */
  async look(): Promise<void> {
    if (this.#isLooking || this.#hasEnded) return;
    this.#isLooking = true;
    if (!(await this.isConnected())) this.#beAbsent();
    this.#isLooking = false;
  }

  /** The worker is no more, for the reason of an exit. */
  end(exit: Exit): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearInterval(this.#looks);
    this.#absence.close();
    this.#end.resolve(exit);
  }

  /** It says hello after every break; what was on the way then is lost. A message without one may be from before. */
  #comeBack(): void {
    this.#bePresent();
    this.#listener?.returned();
  }

  #beAbsent(): void {
    if (!this.#absence.begin()) return;
    this.#options.note(`The connection to ${this.#name} broke; it has ${this.#options.reconnectMs} ms to come back`);
  }

  #bePresent(): void {
    if (this.#absence.end()) this.#options.note(`${this.#name} is back`);
  }

  async #endOfPatience(): Promise<void> {
    if (await this.isConnected()) return this.#bePresent();
    const reason = `on '${this.host}' did not come back within ${this.#options.reconnectMs} ms`;
    this.#options.note(`Lost ${this.#name}: it ${reason}`);
    this.end({ code: null, signal: null, reason });
  }

  get #name(): string {
    return `the worker on '${this.host}' (pid ${this.pid})`;
  }
}
