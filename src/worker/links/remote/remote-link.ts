import { systemCodeOf } from '../../../base/errors.ts';
import type { RemoteConnection } from '../../wire/connection.ts';
import { type Deferred, defer } from '../../wire/deferred.ts';
import { encodeMessage } from '../../wire/frames.ts';
import { numberMessages } from '../../wire/number-messages.ts';
import type { Incoming } from '../../wire/read-message.ts';
import type { HelloMessage } from '../handshake.ts';
import type { Exit, WorkerProcess } from '../local/process.ts';

const LOOK_MS = 1000;

/** What a joined worker is made of. */
export interface JoinedOptions {
  readonly hello: HelloMessage;
  readonly connection: RemoteConnection;
  /** Milliseconds a worker whose connection broke has to come back. */
  readonly reconnectMs: number;
  readonly note: (sentence: string) => void;
}

/**
 * One process of a worker on another host, from its hello to its end. Its connection may break and come back; what it
 * can do on a machine that is not ours is asked for by messages.
 */
export class JoinedWorker {
  readonly hello: HelloMessage;
  readonly session: string;
  /** Numbers the messages to it. */
  readonly next: ReturnType<typeof numberMessages>;
  /** The worker in the form of a process of our own: `exited` says how it was lost, `kill` gives it up. */
  readonly process: WorkerProcess;
  readonly #options: JoinedOptions;
  readonly #end: Deferred<Exit> = defer();
  #absence: { readonly timer: NodeJS.Timeout; readonly over: Deferred<void> } | undefined;
  #receive: (incoming: Incoming) => void = () => undefined;
  #onReturn: () => void = () => undefined;
  #hasEnded = false;
  #isLooking = false;
  readonly #looks: NodeJS.Timeout;

  constructor(options: JoinedOptions) {
    this.#options = options;
    this.hello = options.hello;
    this.session = options.hello.session;
    this.next = numberMessages(this.session);
    this.process = {
      pid: this.hello.pid,
      exited: this.#end.promise,
      lastLines: () => [],
      signal: () => undefined, // no signal reaches another host
      hangUp: () => undefined, // nor is there a stdin to close
      kill: () => this.#giveUp(),
    };
    // A connection that just broke may look whole for a moment, so one look after the event is not enough.
    this.#looks = setInterval(() => void this.look(), Math.min(LOOK_MS, options.reconnectMs)).unref();
  }

  /** False once it has left, was lost or was given up. */
  get isAlive(): boolean {
    return !this.#hasEnded;
  }

  /** Sets who gets its messages, and who is told when it is back after its connection broke: what was under way may be lost. */
  listen(receive: (incoming: Incoming) => void, onReturn: () => void): void {
    this.#receive = receive;
    this.#onReturn = onReturn;
  }

  /** Sends a message; one that finds the connection broken waits until the worker is back. Rejects when it is lost. */
  async send(frames: readonly Uint8Array[]): Promise<void> {
    for (;;) {
      if (this.#hasEnded) throw new Error('it has left');
      await this.#absence?.over.promise;
      try {
        return await this.#options.connection.send(this.session, frames);
      } catch (error) {
        if (systemCodeOf(error) !== 'EHOSTUNREACH') throw error;
        this.#beAbsent();
      }
    }
  }

  /** Sends a message now. Rejects when the worker is not connected. */
  offer(frames: readonly Uint8Array[]): Promise<void> {
    return this.#options.connection.offer(this.session, frames);
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
    this.#receive(incoming);
  }

  /** Looks whether the worker is still connected; some connection broke, and it is not said whose. */
  async look(): Promise<void> {
    if (this.#isLooking || this.#hasEnded) return;
    this.#isLooking = true;
    if (!(await this.#options.connection.isConnected(this.session))) this.#beAbsent();
    this.#isLooking = false;
  }

  /** The worker is no more, for the reason of an exit. */
  end(exit: Exit): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearInterval(this.#looks);
    this.#bePresent();
    this.#end.resolve(exit);
  }

  /** It says hello after every break; what was on the way then is lost. A message without one may be from before. */
  #comeBack(): void {
    this.#bePresent();
    this.#onReturn();
  }

  #beAbsent(): void {
    if (this.#absence !== undefined || this.#hasEnded) return;
    const { reconnectMs, note } = this.#options;
    note(`The connection to ${this.#name} broke; it has ${reconnectMs} ms to come back`);
    this.#absence = { over: defer(), timer: setTimeout(() => void this.#endOfPatience(), reconnectMs) };
  }

  #bePresent(): void {
    if (this.#absence === undefined) return;
    clearTimeout(this.#absence.timer);
    this.#absence.over.resolve();
    this.#absence = undefined;
    if (!this.#hasEnded) this.#options.note(`${this.#name} is back`);
  }

  async #endOfPatience(): Promise<void> {
    if (await this.#options.connection.isConnected(this.session)) return this.#bePresent();
    const reason = `on '${this.hello.host}' did not come back within ${this.#options.reconnectMs} ms`;
    this.#options.note(`Lost ${this.#name}: it ${reason}`);
    this.end({ code: null, signal: null, reason });
  }

  /** A worker that hangs may read this much later, and ends then. */
  #giveUp(): void {
    const shutdown = { type: 'shutdown', ...this.next(), drainMs: 0 };
    this.offer(encodeMessage(shutdown, {}, 'a shutdown')).catch(() => undefined);
    this.end({ code: null, signal: null, reason: `on '${this.hello.host}' was given up` });
  }

  get #name(): string {
    return `the worker on '${this.hello.host}' (pid ${this.hello.pid})`;
  }
}
