import { after } from '../../base/after.ts';
import type { FromWorker } from '../../protocol/envelope.ts';
import type { PackedTensors } from '../tensors/pack-tensors.ts';
import { discardTensors } from '../tensors/unpack-tensors.ts';
import { encodeMessage } from '../wire/frames.ts';
import type { Retry, WorkerFailure } from '../worker-failure.ts';
import type { Answer, ProgressNote } from './call.ts';
import { type Attempt, encodeAttempt } from './encode-request.ts';
import { asGivenUp, givenUp } from './given-up.ts';
import { type OpenCall, oldestSentOf, openCall, runningOf, unheardBytesOf } from './open-call.ts';
import { PackingLine } from './packing-line.ts';
import { answerOf, failureOf, progressOf, unreadable } from './read-answer.ts';
import type { Wire } from './wire.ts';

const SIGNS_BEFORE_RESEND = 2;
const MOST_RESENDS = 1;
/** A slow network takes this much at least: 1 MiB a second. */
const LEAST_BYTES_A_MS = (1 << 20) / 1000;

/** The open calls to one worker: sends each when there is room, settles it when its answer or the worker's end comes. */
export class Calls {
  readonly #wire: Wire;
  readonly #open = new Map<string, OpenCall>();
  readonly #waiting: OpenCall[] = [];
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
    this.#waiting.push(call);
    this.#sendNext();
    return this.#untilSettled(call);
  }

  /** Handles an answer. Answers to calls that are settled already are dropped. */
  receive(message: FromWorker, frames: readonly Buffer[]): void {
    if (message.type === 'status') this.#countSign();
    const call = message.re === null ? undefined : this.#open.get(message.re);
    if (call === undefined) {
      this.#drop(message);
      return;
    }
    switch (message.type) {
      case 'accepted':
        call.phase = 'accepted';
        this.#write(call, 'accepted', { dedup: message.dedup });
        return;
      case 'progress':
        this.#report(call, progressOf(message));
        return;
      case 'error':
        this.#fail(call, asGivenUp(call, failureOf(message.error, this.#wire.logFile)));
        return;
      case 'result':
        this.#reading.set(call.id, this.#read(call, message, frames));
        return;
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
    if (call !== undefined) this.#fail(call, unreadable(call.attempt.request.operation, reason));
  }

  /** Sends everything under way again: the connection was interrupted, and with it whatever was in the air. */
  resendAll(): void {
    for (const call of this.#open.values()) {
      if (call.phase !== 'sent' && call.phase !== 'accepted') continue;
      this.#resend(call);
      if (call.given !== null) this.#tellCancel(call);
    }
  }

  /**
   * Rejects every open call, and every later one, with what `failureFor('run …', retry)` makes. The request that was
   * running, or could not be delivered, is counted; those behind it were not to blame.
   */
  close(failureFor: (what: string, retry: Retry) => WorkerFailure): void {
    this.#closed = failureFor;
    const blamed = runningOf(this.#open.values()) ?? oldestSentOf(this.#open.values());
    for (const call of Array.from(this.#open.values())) {
      const { name } = call.attempt.request.operation;
      const lost = failureFor(`finish '${name}'`, call === blamed || call.unheard ? 'counted' : 'free');
      this.#fail(call, call.given === null ? lost : asGivenUp(call, givenUp(call.given, name)));
    }
  }

  async #untilSettled(call: OpenCall): Promise<Answer<unknown>> {
    const { signal } = call.attempt.request.options;
    const { deadlineMs } = call.attempt;
    const cancel = (): void => this.#giveUp(call, 'CANCELLED');
    signal?.addEventListener('abort', cancel, { once: true });
    const callOff = deadlineMs === null ? undefined : after(deadlineMs, () => this.#giveUp(call, 'DEADLINE'));
    try {
      return await call.answer.promise;
    } finally {
      callOff?.();
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** A mistake in the caller's function ends the caller's call, not the conversation. */
  #report(call: OpenCall, progress: ProgressNote): void {
    try {
      call.attempt.request.options.onProgress?.(progress);
    } catch (error) {
      call.thrown = error;
      this.#giveUp(call, 'CANCELLED');
    }
  }

  #sendNext(): void {
    while (!this.#closed && (this.#underWay < this.#wire.credit || this.#joins(this.#waiting[0]))) {
      const call = this.#waiting.shift();
      if (call === undefined) return;
      this.#underWay += 1;
      call.phase = 'packing';
      this.#packing.pack(
        call,
        (packed) => this.#sendPacked(call, packed),
        (error) => this.#fail(call, error),
      );
    }
  }

  /** A call whose key is under way already is no more work for the worker. */
  #joins(call: OpenCall | undefined): boolean {
    if (call === undefined || call.attempt.request.options.key === undefined) return false;
    for (const { phase, attempt } of this.#open.values())
      if (phase !== 'waiting' && attempt.request.key === call.attempt.request.key) return true;
    return false;
  }

  #sendPacked(call: OpenCall, packed: PackedTensors): void {
    call.packed = packed;
    try {
      call.frames = encodeAttempt(call.attempt, call.common, packed);
    } catch (error) {
      this.#fail(call, error);
      return;
    }
    call.phase = 'sent';
    this.#write(call, 'sent');
    this.#transmit(call);
  }

  /** A worker that cannot be reached is resent to when it is back, or its end fails the call. */
  #transmit(call: OpenCall): void {
    call.sentAtMs = performance.now();
    call.signs = 0;
    this.#sent = this.#wire.send(call.frames).catch(() => undefined);
  }

  /** A request that never arrives is sent once more, one that interrupts the connection each time too. */
  #resend(call: OpenCall): void {
    if (call.phase === 'sent' && call.resends >= MOST_RESENDS) {
      call.unheard = true;
      this.#wire.onStuck(`it did not acknowledge '${call.attempt.request.operation.name}'`);
      return;
    }
    call.resends += 1;
    this.#write(call, 'resent');
    this.#transmit(call);
  }

  /**
   * A request that is not acknowledged though its worker goes on giving signs of life was lost on the way: it is sent
   * once more, then the worker is given up. A silent worker is the hang watch's business.
   */
  #countSign(): void {
    for (const call of this.#open.values()) {
      if (call.phase !== 'sent') continue;
      call.signs += 1;
      const patienceMs = this.#wire.ackMs + unheardBytesOf(this.#open.values()) / LEAST_BYTES_A_MS;
      if (call.signs < SIGNS_BEFORE_RESEND || performance.now() - call.sentAtMs < patienceMs) continue;
      this.#resend(call);
    }
  }

  #giveUp(call: OpenCall, why: 'CANCELLED' | 'DEADLINE'): void {
    if (call.given !== null || !this.#open.has(call.id)) return;
    call.given = why;
    const { name } = call.attempt.request.operation;
    if (call.phase === 'waiting' || call.phase === 'packing') {
      this.#fail(call, givenUp(why, name));
      return;
    }
    this.#write(call, 'cancelling', { code: why });
    this.#tellCancel(call);
    const stuck = (): void => this.#wire.onStuck(`it did not end '${name}' when told to`);
    const timer = setTimeout(stuck, this.#wire.cancelGraceMs);
    void call.answer.promise.catch(() => undefined).finally(() => clearTimeout(timer));
  }

  #tellCancel(call: OpenCall): void {
    const { cancelGraceMs: graceMs } = this.#wire;
    const header = { type: 'cancel', ...this.#wire.next(), target: call.id, reason: call.given ?? 'aborted', graceMs };
    this.#wire.send(encodeMessage(header, {}, 'a cancel')).catch(() => undefined); // a dead worker ends the call by itself
  }

  /**
   * Settles a call with what its answer says. From here on the end of the worker changes nothing any more; the call
   * takes its room until its arrays are read, so that answers do not pile up.
   */
  async #read(
    call: OpenCall,
    message: Extract<FromWorker, { type: 'result' }>,
    frames: readonly Buffer[],
  ): Promise<void> {
    this.#remove(call);
    try {
      const answer = await answerOf(call.attempt.request.operation, message, frames, this.#wire.files);
      if (call.thrown !== undefined) throw call.thrown;
      call.answer.resolve(answer);
    } catch (error) {
      call.answer.reject(error);
    }
    this.#reading.delete(call.id);
    this.#underWay -= 1;
    this.#sendNext();
  }

  /** The answer to a request that was sent again may come twice: its files belong to the first. */
  #drop(message: FromWorker): void {
    if (message.type !== 'result' || message.re === null || this.#reading.has(message.re)) return;
    void discardTensors(message.tensors, this.#wire.files);
  }

  /** Whether it was still open; whatever was written for it goes with it. */
  #remove(call: OpenCall): boolean {
    if (!this.#open.delete(call.id)) return false;
    if (call.phase === 'waiting') this.#waiting.splice(this.#waiting.indexOf(call), 1);
    call.isSettled = true;
    call.writing?.abort();
    void call.packed?.release();
    return true;
  }

  #fail(call: OpenCall, failure: unknown): void {
    if (!this.#remove(call)) return;
    if (call.phase !== 'waiting') this.#underWay -= 1;
    call.answer.reject(failure);
    this.#sendNext();
  }

  #write(
    call: OpenCall,
    type: 'sent' | 'resent' | 'accepted' | 'cancelling',
    more: { readonly dedup?: string; readonly code?: string } = {},
  ): void {
    const { request, number } = call.attempt;
    this.#wire.journal.write({ type, call: request.call, attempt: number, session: this.#wire.session, ...more });
  }
}
