import type { FromWorker } from '../protocol/envelope.ts';
import type { Answer, ProgressNote } from './call.ts';
import { type Deferred, defer } from './deferred.ts';
import { type Attempt, encodeAttempt, nameOf } from './encode-request.ts';
import type { numberMessages } from './envelope.ts';
import { encodeMessage } from './frames.ts';
import type { Journal } from './journal.ts';
import { type PackedTensors, packInline, packTensors } from './pack-tensors.ts';
import { answerOf, failureOf, progressOf, unreadable } from './read-answer.ts';
import type { TensorFiles } from './tensor-files.ts';
import { discardTensors } from './unpack-tensors.ts';
import { type Retry, WorkerFailure } from './worker-failure.ts';

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

interface Call {
  readonly id: string;
  readonly attempt: Attempt;
  readonly common: ReturnType<Wire['next']>;
  readonly answer: Deferred<Answer<unknown>>;
  /** Aborted when it is settled while its arrays are written: they are not needed any more. */
  writing: AbortController | undefined;
  phase: 'waiting' | 'packing' | 'sent' | 'accepted';
  packed: PackedTensors | undefined;
  frames: readonly Uint8Array[];
  /** Why the caller gave it up, once it has. */
  given: 'CANCELLED' | 'DEADLINE' | null;
  sentAtMs: number;
  /** Signs of life of the worker since it was sent. */
  signs: number;
  resends: number;
  /** It was sent again in vain: it may be what the worker cannot take. */
  unheard: boolean;
}

const SIGNS_BEFORE_RESEND = 2;
const MOST_RESENDS = 1;

/** The open calls to one worker: sends each when there is room, settles it when its answer or the worker's end comes. */
export class Calls {
  readonly #wire: Wire;
  readonly #open = new Map<string, Call>();
  readonly #waiting: Call[] = [];
  #underWay = 0;
  /** Requests are sent in order, however long the arrays of one take to write. */
  #packing: Promise<void> = Promise.resolve();
  #packingCount = 0;
  /** Ids of the calls whose answers are being read. */
  readonly #reading = new Set<string>();
  #closed: ((what: string, retry: Retry) => WorkerFailure) | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** Resolves when no request waits for arrays to be written any more; undefined when none does now. */
  get packing(): Promise<void> | undefined {
    return this.#packingCount === 0 ? undefined : this.#packing;
  }

  /** How long the running request may be silent, in milliseconds; undefined when none runs. */
  stallMsOfRunning(): number | undefined {
    const running = this.#running();
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
        this.#fail(call, asGiven(call, failureOf(message.error, this.#wire.logFile)));
        return;
      case 'result':
        void this.#read(call, message, frames);
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
    for (const call of this.#open.values()) if (call.phase === 'sent' || call.phase === 'accepted') this.#resend(call);
  }

  /**
   * Rejects every open call, and every later one, with what `failureFor('run …', retry)` makes. The request that was
   * running, or could not be delivered, is counted; those behind it were not to blame.
   */
  close(failureFor: (what: string, retry: Retry) => WorkerFailure): void {
    this.#closed = failureFor;
    const blamed = this.#running() ?? this.#oldestSent();
    for (const call of Array.from(this.#open.values())) {
      const { name } = call.attempt.request.operation;
      const lost = failureFor(`finish '${name}'`, call === blamed || call.unheard ? 'counted' : 'free');
      this.#fail(call, call.given === null ? lost : givenUp(call.given, name));
    }
  }

  /** The oldest request the worker has accepted: it works them off in order. */
  #running(): Call | undefined {
    for (const call of this.#open.values()) if (call.phase === 'accepted') return call;
    return undefined;
  }

  /** Without a running request the one that was sent first may be what the worker could not take. */
  #oldestSent(): Call | undefined {
    for (const call of this.#open.values()) if (call.phase === 'sent') return call;
    return undefined;
  }

  async #untilSettled(call: Call): Promise<Answer<unknown>> {
    const { signal } = call.attempt.request.options;
    const { deadlineMs } = call.attempt;
    const cancel = (): void => this.#giveUp(call, 'CANCELLED');
    signal?.addEventListener('abort', cancel, { once: true });
    const late = deadlineMs === null ? undefined : setTimeout(() => this.#giveUp(call, 'DEADLINE'), deadlineMs);
    try {
      return await call.answer.promise;
    } finally {
      clearTimeout(late);
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** A mistake in the caller's function ends the caller's call, not the conversation. */
  #report(call: Call, progress: ProgressNote): void {
    try {
      call.attempt.request.options.onProgress?.(progress);
    } catch (error) {
      this.#tellCancel(call);
      this.#fail(call, error);
    }
  }

  #sendNext(): void {
    while (!this.#closed && this.#underWay < this.#wire.credit) {
      const call = this.#waiting.shift();
      if (call === undefined) return;
      this.#underWay += 1;
      call.phase = 'packing';
      this.#pack(call);
    }
  }

  /** Sends a request at once when its arrays are frames and none before it is still being written. */
  #pack(call: Call): void {
    const { tensors, operation } = call.attempt.request;
    const inline = this.#packingCount === 0 ? packInline(tensors, nameOf(operation)) : undefined;
    if (inline !== undefined) {
      this.#sendPacked(call, inline);
      return;
    }
    this.#packingCount += 1;
    this.#packing = this.#packing.then(() => this.#packIntoFiles(call)).finally(() => (this.#packingCount -= 1));
  }

  async #packIntoFiles(call: Call): Promise<void> {
    if (!this.#open.has(call.id)) return;
    const { attempt } = call;
    const writing = new AbortController();
    call.writing = writing;
    const { tensors, operation } = attempt.request;
    try {
      const packed = await packTensors(tensors, nameOf(operation), this.#wire.files, writing.signal);
      if (writing.signal.aborted) void packed.release();
      else this.#sendPacked(call, packed);
    } catch (error) {
      this.#fail(call, error);
    }
  }

  #sendPacked(call: Call, packed: PackedTensors): void {
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
  #transmit(call: Call): void {
    call.sentAtMs = performance.now();
    call.signs = 0;
    this.#wire.send(call.frames).catch(() => undefined);
  }

  /** A request that never arrives is sent once more, one that interrupts the connection each time too. */
  #resend(call: Call): void {
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
      if (call.signs < SIGNS_BEFORE_RESEND || performance.now() - call.sentAtMs < this.#wire.ackMs) continue;
      this.#resend(call);
    }
  }

  #giveUp(call: Call, why: 'CANCELLED' | 'DEADLINE'): void {
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

  #tellCancel(call: Call): void {
    const { cancelGraceMs: graceMs } = this.#wire;
    const header = { type: 'cancel', ...this.#wire.next(), target: call.id, reason: call.given ?? 'aborted', graceMs };
    this.#wire.send(encodeMessage(header, {}, 'a cancel')).catch(() => undefined); // a dead worker ends the call by itself
  }

  /**
   * Settles a call with what its answer says. From here on the end of the worker changes nothing any more; the call
   * takes its room until its arrays are read, so that answers do not pile up.
   */
  async #read(call: Call, message: Extract<FromWorker, { type: 'result' }>, frames: readonly Buffer[]): Promise<void> {
    this.#remove(call);
    this.#reading.add(call.id);
    try {
      call.answer.resolve(await answerOf(call.attempt.request.operation, message, frames, this.#wire.files));
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
  #remove(call: Call): boolean {
    if (!this.#open.delete(call.id)) return false;
    if (call.phase === 'waiting') this.#waiting.splice(this.#waiting.indexOf(call), 1);
    call.writing?.abort();
    void call.packed?.release();
    return true;
  }

  #fail(call: Call, failure: unknown): void {
    if (!this.#remove(call)) return;
    if (call.phase !== 'waiting') this.#underWay -= 1;
    call.answer.reject(failure);
    this.#sendNext();
  }

  #write(
    call: Call,
    type: 'sent' | 'resent' | 'accepted' | 'cancelling',
    more: { readonly dedup?: string; readonly code?: string } = {},
  ): void {
    const { request, number } = call.attempt;
    this.#wire.journal.write({ type, call: request.call, attempt: number, session: this.#wire.session, ...more });
  }
}

function openCall(attempt: Attempt, common: Call['common']): Call {
  const unsent = { phase: 'waiting' as const, packed: undefined, frames: [], sentAtMs: 0, signs: 0 };
  const fresh = { given: null, resends: 0, unheard: false, ...unsent };
  return { id: common.id, attempt, common, answer: defer(), writing: undefined, ...fresh };
}

/** The worker says CANCELLED to whatever was given up; the caller hears why. */
function asGiven(call: Call, error: unknown): unknown {
  const isAnswerToCancel = error instanceof WorkerFailure && error.code === 'CANCELLED';
  return isAnswerToCancel && call.given === 'DEADLINE'
    ? givenUp('DEADLINE', call.attempt.request.operation.name)
    : error;
}

/** The failure of a call its caller gave up. */
export const givenUp = (why: 'CANCELLED' | 'DEADLINE', name: string): WorkerFailure =>
  new WorkerFailure(
    why,
    why === 'CANCELLED'
      ? `Cannot finish '${name}': it was cancelled, a new call is needed`
      : `Cannot finish '${name}': its deadline has passed, more time is needed`,
  );
