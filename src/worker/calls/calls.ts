import { after } from '../../base/after.ts';
import type { FromWorker } from '../../protocol/envelope.ts';
import type { PackedTensors } from '../tensors/pack-tensors.ts';
import type { TensorFiles } from '../tensors/tensor-files.ts';
import { discardTensors } from '../tensors/unpack-tensors.ts';
import { encodeMessage } from '../wire/frames.ts';
import type { numberMessages } from '../wire/number-messages.ts';
import type { Retry, WorkerFailure } from '../worker-failure.ts';
import type { Answer, ProgressNote } from './call.ts';
import type { CallEffect, CallEvent } from './call-events.ts';
import { nextCall } from './call-state.ts';
import { type Attempt, encodeAttempt } from './encode-request.ts';
import { type GivenUp, givenUp } from './given-up.ts';
import type { Journal } from './journal.ts';
import { type OpenCall, oldestSentOf, openCall, runningOf, unheardBytesOf } from './open-call.ts';
import { PackingLine } from './packing-line.ts';
import { type ArrivedResult, answerOf, failureOf, progressOf, unreadable } from './read-answer.ts';

/** What the table of calls needs from the worker it talks to. */
export interface Wire {
  readonly session: string;
  readonly send: (frames: readonly Uint8Array[]) => Promise<void>;
  readonly next: ReturnType<typeof numberMessages>;
  /** Requests the worker takes on at a time; more wait here. */
  readonly credit: number;
  /** Milliseconds the worker may take to say that it has a request. */
  readonly ackMs: number;
  /** Milliseconds a cancelled request may take to end. */
  readonly cancelGraceMs: number;
  /** Called with the reason when the worker cannot be relied on any more. */
  readonly onStuck: (reason: string) => void;
  readonly journal: Journal;
  readonly logFile: string;
  /** Where arrays go that are too large for frames. */
  readonly files: TensorFiles;
}

/** A slow network takes this much at least: 1 MiB a second. */
const LEAST_BYTES_A_MS = (1 << 20) / 1000;

/** The open calls to one worker: hands each what happens to it and does what follows (see `nextCall`). */
export class Calls {
  readonly #wire: Wire;
  readonly #open = new Map<string, OpenCall>();
  readonly #waiting = new Set<OpenCall>();
  #underWay = 0;
  readonly #packing: PackingLine;
  /** The calls whose answers are being read, by their ids. */
  readonly #reading = new Map<string, Promise<void>>();
  #sent: Promise<void> = Promise.resolve();
  #closed: ((what: string, retry: Retry) => WorkerFailure) | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
    this.#packing = new PackingLine(wire.files);
  }

  /** Resolves when no request waits for arrays to be written any more; undefined when none does now. */
  get packing(): Promise<void> | undefined {
    return this.#packing.idle;
  }

  /** Resolves when every request that was sent so far is with the socket. */
  get sent(): Promise<void> {
    return this.#sent;
  }

  /** Resolves when no answer that has come is being read any more. */
  async read(): Promise<void> {
    while (this.#reading.size > 0) await Promise.all(this.#reading.values());
  }

  /** How long the running request may be silent, in milliseconds; undefined when none runs. */
  stallMsOfRunning(): number | undefined {
    const running = runningOf(this.#open.values());
    return running && (running.attempt.request.options.stallMs ?? running.attempt.request.operation.stallMs);
  }

  /** Starts an attempt. @throws WorkerFailure as described at `WorkerClient.call`. */
  start(attempt: Attempt): Promise<Answer<unknown>> {
    const { operation, options } = attempt.request;
    if (this.#closed) throw this.#closed(`run '${operation.name}'`, 'free');
    if (options.signal?.aborted) throw givenUp('CANCELLED', operation.name);
    const call = openCall(attempt, this.#wire.next(null, options.trace ?? null));
    this.#open.set(call.id, call);
    this.#waiting.add(call);
    this.#admitNext();
    return this.#untilSettled(call);
  }

  /** Handles an answer. Answers to calls that are settled already are dropped. */
  receive(message: FromWorker, frames: readonly Buffer[]): void {
    if (message.type === 'status') this.#countSign();
    const call = message.re === null ? undefined : this.#open.get(message.re);
    if (call === undefined) this.#drop(message);
    else {
      const event = this.#eventOf(message, frames);
      if (event !== undefined) this.#step(call, event);
    }
  }

  /** Ends the call a message answers which cannot be read. */
  refuse(re: string, reason: string): void {
    const call = this.#open.get(re);
    if (call !== undefined)
      this.#step(call, { type: 'failed', error: unreadable(call.attempt.request.operation, reason) });
  }

  /** Sends everything under way again: the connection was interrupted, and with it whatever was in the air. */
  resendAll(): void {
    for (const call of this.#open.values()) this.#step(call, { type: 'interrupted', nowMs: performance.now() });
  }

  /**
   * Rejects every open call, and every later one, with what `failureFor('run …', retry)` makes. The request that was
   * running, or could not be delivered, is counted; those behind it were not to blame.
   */
  close(failureFor: (what: string, retry: Retry) => WorkerFailure): void {
    this.#closed = failureFor;
    const blamed = runningOf(this.#open.values()) ?? oldestSentOf(this.#open.values());
    for (const call of Array.from(this.#open.values())) {
      const lost = (retry: Retry): WorkerFailure => failureFor(`finish '${call.state.name}'`, retry);
      this.#step(call, { type: 'death', isBlamed: call === blamed, lost });
    }
  }

  async #untilSettled(call: OpenCall): Promise<Answer<unknown>> {
    const { signal } = call.attempt.request.options;
    const { deadlineMs } = call.attempt;
    const giveUp = (why: GivenUp) => (): void => this.#step(call, { type: 'cancel', why });
    const cancel = giveUp('CANCELLED');
    signal?.addEventListener('abort', cancel, { once: true });
    const callOff = deadlineMs === null ? undefined : after(deadlineMs, giveUp('DEADLINE'));
    try {
      return await call.answer.promise;
    } finally {
      callOff?.();
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** What a message says to the call it answers. */
  #eventOf(message: FromWorker, frames: readonly Buffer[]): CallEvent | undefined {
    switch (message.type) {
      case 'accepted':
        return { type: 'accepted', dedup: message.dedup };
      case 'progress':
        return { type: 'progress', progress: progressOf(message) };
      case 'error':
        return { type: 'failed', error: failureOf(message.error, this.#wire.logFile) };
      case 'result':
        return { type: 'result', result: { message, frames } };
      default:
        return undefined;
    }
  }

  #step(call: OpenCall, event: CallEvent): void {
    const { state, effects } = nextCall(call.state, event);
    call.state = state;
    for (const effect of effects) this.#perform(call, effect);
  }

  #perform(call: OpenCall, effect: CallEffect): void {
    switch (effect.do) {
      case 'pack':
        return this.#pack(call);
      case 'transmit':
        // A worker that cannot be reached is resent to when it is back, or its end fails the call.
        this.#sent = this.#wire.send(call.frames).catch(() => undefined);
        return;
      case 'journal':
        return this.#write(call, effect);
      case 'report':
        return this.#report(call, effect.progress);
      case 'tell-cancel':
        return this.#tellCancel(call, effect.why);
      case 'watch-cancel':
        call.grace = setTimeout(() => this.#step(call, { type: 'overdue' }), this.#wire.cancelGraceMs);
        return;
      case 'give-worker-up':
        return this.#wire.onStuck(effect.why);
      case 'leave':
        return this.#leave(call);
      case 'read':
        this.#reading.set(call.id, this.#read(call, effect.result));
        return;
      case 'discard':
        return this.#discard(effect.result.message);
      case 'return-credit':
        this.#underWay -= 1;
        return;
      case 'resolve':
        call.answer.resolve(effect.answer);
        return this.#admitNext();
      case 'reject':
        call.answer.reject(effect.error);
        return this.#admitNext();
    }
  }

  #admitNext(): void {
    while (!this.#closed) {
      const [call] = this.#waiting;
      if (call === undefined || (this.#underWay >= this.#wire.credit && !this.#joins(call))) return;
      this.#waiting.delete(call);
      this.#underWay += 1;
      this.#step(call, { type: 'admitted' });
    }
  }

  /** A call whose key is under way already is no more work for the worker. */
  #joins({ attempt: { request } }: OpenCall): boolean {
    if (request.options.key === undefined) return false;
    for (const { state, attempt } of this.#open.values())
      if (state.phase !== 'waiting' && attempt.request.key === request.key) return true;
    return false;
  }

  #pack(call: OpenCall): void {
    const failed = (error: unknown): void => this.#step(call, { type: 'failed', error });
    const packed = (tensors: PackedTensors): void => {
      call.packed = tensors;
      try {
        call.frames = encodeAttempt(call.attempt, call.common, tensors);
      } catch (error) {
        failed(error);
        return;
      }
      this.#step(call, { type: 'packed', nowMs: performance.now() });
    };
    this.#packing.pack(call, packed, failed);
  }

  /** A mistake in the caller's function ends the caller's call, not the conversation. */
  #report(call: OpenCall, progress: ProgressNote): void {
    try {
      call.attempt.request.options.onProgress?.(progress);
    } catch (error) {
      this.#step(call, { type: 'thrown', error });
    }
  }

  #countSign(): void {
    const patienceMs = this.#wire.ackMs + unheardBytesOf(this.#open.values()) / LEAST_BYTES_A_MS;
    for (const call of this.#open.values()) this.#step(call, { type: 'sign', nowMs: performance.now(), patienceMs });
  }

  #tellCancel(call: OpenCall, reason: GivenUp): void {
    const { cancelGraceMs: graceMs } = this.#wire;
    const header = { type: 'cancel', ...this.#wire.next(), target: call.id, reason, graceMs };
    this.#wire.send(encodeMessage(header, {}, 'a cancel')).catch(() => undefined); // a dead worker ends the call by itself
  }

  async #read(call: OpenCall, { message, frames }: ArrivedResult): Promise<void> {
    const event = await answerOf(call.attempt.request.operation, message, frames, this.#wire.files).then(
      (answer): CallEvent => ({ type: 'read', answer }),
      (error): CallEvent => ({ type: 'failed', error }),
    );
    this.#reading.delete(call.id);
    this.#step(call, event);
  }

  /** The answer to a request that was sent again may come twice: its files belong to the first. */
  #drop(message: FromWorker): void {
    if (message.type === 'result' && message.re !== null && !this.#reading.has(message.re)) this.#discard(message);
  }

  #discard({ tensors }: ArrivedResult['message']): void {
    void discardTensors(tensors, this.#wire.files);
  }

  /** It is open no more; whatever was written for it goes with it. */
  #leave(call: OpenCall): void {
    this.#open.delete(call.id);
    this.#waiting.delete(call);
    clearTimeout(call.grace);
    call.writing?.abort();
    void call.packed?.release();
  }

  #write({ attempt: { request, number } }: OpenCall, { type, more }: Extract<CallEffect, { do: 'journal' }>): void {
    this.#wire.journal.write({ type, call: request.call, attempt: number, session: this.#wire.session, ...more });
  }
}
