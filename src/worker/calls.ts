import type { FromWorker } from '../protocol/envelope.ts';
import type { Operation } from '../protocol/operation.ts';
import type { Answer, CallOptions, ProgressNote } from './call.ts';
import { type Deferred, defer } from './deferred.ts';
import { encodeRequest, type Question } from './encode-request.ts';
import type { numberMessages } from './envelope.ts';
import { encodeMessage } from './frames.ts';
import { answerOf, failureOf, progressOf, unreadable } from './read-answer.ts';
import { WorkerFailure } from './worker-failure.ts';

/** What the table of calls needs from the worker it talks to. */
export interface Wire {
  readonly send: (frames: readonly Uint8Array[]) => Promise<void>;
  readonly next: ReturnType<typeof numberMessages>;
  /** Requests the worker takes on at a time; more wait here. */
  readonly credit: number;
  /** Called when a cancelled request has not ended in time. */
  readonly onStuck: () => void;
  readonly logFile: string;
}

interface Call {
  readonly id: string;
  readonly operation: Operation;
  readonly frames: readonly Uint8Array[];
  readonly options: CallOptions;
  readonly answer: Deferred<Answer<unknown>>;
  sent: boolean;
}

const CANCEL_GRACE_MS = 30_000;
const EXIT_GRACE_MS = 1000;

/** The open calls to one worker: sends each when there is room, settles it when its answer or the worker's end comes. */
export class Calls {
  readonly #wire: Wire;
  readonly #open = new Map<string, Call>();
  #closed: ((what: string) => WorkerFailure) | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** The operation of a request that is under way, by the request's id, with the stall limit of the call. */
  operationOf(id: string): Operation | undefined {
    const call = this.#open.get(id);
    return call && { ...call.operation, stallMs: call.options.stallMs ?? call.operation.stallMs };
  }

  /** Starts a call. @throws WorkerFailure as described at `WorkerClient.call`. */
  start(question: Question): Promise<Answer<unknown>> {
    const { operation, options } = question;
    if (this.#closed) throw this.#closed(`run '${operation.name}'`);
    const { id, frames } = encodeRequest(question, this.#wire.next);
    const call: Call = { id, operation, frames, options, answer: defer(), sent: false };
    if (options.signal?.aborted) throw cancelled(operation.name);
    this.#open.set(id, call);
    this.#sendNext();
    return this.#untilSettled(call);
  }

  /** Handles an answer. Answers to calls that are settled already are dropped. */
  receive(message: FromWorker, frames: readonly Buffer[]): void {
    const call = message.re === null ? undefined : this.#open.get(message.re);
    if (call === undefined) return;
    switch (message.type) {
      case 'progress':
        this.#report(call, progressOf(message));
        return;
      case 'error':
        this.#settle(call, () => {
          throw failureOf(message.error, this.#wire.logFile);
        });
        return;
      case 'result':
        this.#settle(call, () => answerOf(call.operation, message, frames));
        return;
      case 'accepted':
      case 'bye':
      case 'hello':
      case 'log':
      case 'status':
        return;
    }
  }

  /** Ends the call a message answers which cannot be read. */
  refuse(re: string, reason: string): void {
    const call = this.#open.get(re);
    if (call !== undefined) this.#fail(call, unreadable(call.operation, reason));
  }

  /** Rejects every open call, and every later one, with what `failureFor('run …')` makes. */
  close(failureFor: (what: string) => WorkerFailure): void {
    this.#closed = failureFor;
    for (const call of Array.from(this.#open.values())) this.#fail(call, failureFor(`finish '${call.operation.name}'`));
  }

  async #untilSettled(call: Call): Promise<Answer<unknown>> {
    const { signal } = call.options;
    const cancel = (): void => this.#cancel(call);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await call.answer.promise;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** A mistake in the caller's function ends the caller's call, not the conversation. */
  #report(call: Call, progress: ProgressNote): void {
    try {
      call.options.onProgress?.(progress);
    } catch (error) {
      this.#settle(call, () => {
        throw error;
      });
    }
  }

  #sendNext(): void {
    if (this.#closed) return;
    const calls = [...this.#open.values()];
    const room = this.#wire.credit - calls.filter((call) => call.sent).length;
    for (const call of calls.filter((waiting) => !waiting.sent).slice(0, Math.max(0, room))) {
      call.sent = true;
      this.#wire.send(call.frames).catch((error: Error) => this.#failLater(call, unsent(call, error)));
    }
  }

  #cancel(call: Call): void {
    if (!call.sent) {
      this.#fail(call, cancelled(call.operation.name));
      return;
    }
    const header = {
      type: 'cancel',
      ...this.#wire.next(),
      target: call.id,
      reason: 'aborted',
      graceMs: CANCEL_GRACE_MS,
    };
    this.#wire.send(encodeMessage(header, {}, 'a cancel')).catch(() => undefined); // a dead worker ends the call by itself
    const timer = setTimeout(() => this.#wire.onStuck(), CANCEL_GRACE_MS);
    void call.answer.promise.catch(() => undefined).finally(() => clearTimeout(timer));
  }

  #settle(call: Call, answer: () => Answer<unknown>): void {
    this.#open.delete(call.id);
    try {
      call.answer.resolve(answer());
    } catch (error) {
      call.answer.reject(error);
    }
    this.#sendNext();
  }

  /** A worker that cannot be reached has usually just died: its exit, which says more, comes first. */
  #failLater(call: Call, failure: WorkerFailure): void {
    setTimeout(() => this.#fail(call, failure), EXIT_GRACE_MS).unref();
  }

  #fail(call: Call, failure: WorkerFailure): void {
    this.#settle(call, () => {
      throw failure;
    });
  }
}

const cancelled = (name: string): WorkerFailure =>
  new WorkerFailure('CANCELLED', `Cannot finish '${name}': it was cancelled, a new call is needed`);

const unsent = (call: Call, cause: Error): WorkerFailure =>
  new WorkerFailure(
    'WORKER_LOST',
    `Cannot send '${call.operation.name}' to the worker: ${cause.message}, a connected worker is needed`,
    {},
    { cause },
  );
