import type { FromWorker } from '../protocol/envelope.ts';
import type { Operation } from '../protocol/operation.ts';
import type { Answer, CallOptions, ProgressNote } from './call.ts';
import { type Deferred, defer } from './deferred.ts';
import { type CheckedRequest, checkRequest, encodeRequest, nameOf, type Question } from './encode-request.ts';
import type { numberMessages } from './envelope.ts';
import { encodeMessage } from './frames.ts';
import { type PackedTensors, packTensors } from './pack-tensors.ts';
import { answerOf, failureOf, progressOf, unreadable } from './read-answer.ts';
import type { TensorFiles } from './tensor-files.ts';
import { discardTensors } from './unpack-tensors.ts';
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
  /** Where arrays go that are too large for frames. */
  readonly files: TensorFiles;
}

interface Call {
  readonly id: string;
  readonly operation: Operation;
  readonly question: Question;
  readonly request: CheckedRequest;
  readonly options: CallOptions;
  readonly answer: Deferred<Answer<unknown>>;
  /** Aborted when the call is settled: its arrays need not be written any more. */
  readonly settled: AbortController;
  phase: 'waiting' | 'packing' | 'sent';
  packed: PackedTensors | undefined;
}

const CANCEL_GRACE_MS = 30_000;
const EXIT_GRACE_MS = 1000;

/** The open calls to one worker: sends each when there is room, settles it when its answer or the worker's end comes. */
export class Calls {
  readonly #wire: Wire;
  readonly #open = new Map<string, Call>();
  /** Answers that are being read; each takes the room of a request until then. */
  #reading = 0;
  /** The requests before are sent first, however long their arrays take to write. */
  #packing: Promise<void> = Promise.resolve();
  #closed: ((what: string) => WorkerFailure) | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** The operation of a request that is under way, by the request's id. */
  operationOf(id: string): Operation | undefined {
    return this.#open.get(id)?.operation;
  }

  /** Starts a call. @throws WorkerFailure as described at `WorkerClient.call`. */
  start(question: Question): Promise<Answer<unknown>> {
    const { operation, options } = question;
    if (this.#closed) throw this.#closed(`run '${operation.name}'`);
    const request = checkRequest(question, this.#wire.next);
    if (options.signal?.aborted) throw cancelled(operation.name);
    const call = openCall(question, request);
    this.#open.set(call.id, call);
    this.#sendNext();
    return this.#untilSettled(call);
  }

  /** Handles an answer. Answers to calls that are settled already are dropped. */
  receive(message: FromWorker, frames: readonly Buffer[]): void {
    const call = message.re === null ? undefined : this.#open.get(message.re);
    if (call === undefined) {
      if (message.type === 'result') void discardTensors(message.tensors, this.#wire.files);
      return;
    }
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
        void this.#read(call, message, frames);
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
    const waiting = calls.filter((call) => call.phase === 'waiting');
    const room = this.#wire.credit - this.#reading - (calls.length - waiting.length);
    for (const call of waiting.slice(0, Math.max(0, room))) {
      call.phase = 'packing';
      this.#packing = this.#packing.then(() => this.#transmit(call));
    }
  }

  async #transmit(call: Call): Promise<void> {
    if (!this.#open.has(call.id)) return;
    const { question, request, settled } = call;
    try {
      call.packed = await packTensors(question.tensors, nameOf(call.operation), this.#wire.files, settled.signal);
      if (settled.signal.aborted) return release(call);
      const frames = encodeRequest(question, request, call.packed);
      call.phase = 'sent';
      this.#wire.send(frames).catch((error: Error) => this.#failLater(call, unsent(call, error)));
    } catch (error) {
      this.#settle(call, () => {
        throw error;
      });
    }
  }

  /** From here on the end of the worker changes nothing any more; the room is free again once the answer is read. */
  async #read(call: Call, message: Extract<FromWorker, { type: 'result' }>, frames: readonly Buffer[]): Promise<void> {
    this.#open.delete(call.id);
    this.#reading += 1;
    release(call);
    try {
      call.answer.resolve(await answerOf(call.operation, message, frames, this.#wire.files));
    } catch (error) {
      call.answer.reject(error);
    }
    this.#reading -= 1;
    this.#sendNext();
  }

  #cancel(call: Call): void {
    if (!this.#open.has(call.id)) return; // its answer is being read
    if (call.phase !== 'sent') {
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
    if (!this.#open.delete(call.id)) return;
    release(call);
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

function openCall(question: Question, request: CheckedRequest): Call {
  const { operation, options } = question;
  const state = { answer: defer<Answer<unknown>>(), settled: new AbortController(), packed: undefined };
  return { id: request.id, operation, question, request, options, phase: 'waiting', ...state };
}

/** Whatever was written for a call goes with it. */
function release(call: Call): void {
  call.settled.abort();
  void call.packed?.release();
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
