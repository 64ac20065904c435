import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FromWorker } from '../protocol/envelope.ts';
import type { Operation } from '../protocol/operation.ts';
import { type Deferred, defer } from './deferred.ts';
import type { numberMessages, TraceFields } from './envelope.ts';
import { decodeTensors, describeTensors, encodeMessage } from './frames.ts';
import type { Tensors } from './tensor.ts';
import { type FailureDetails, WorkerFailure } from './worker-failure.ts';

/** How far a call is: `done` of `total` (null: unknown); metrics the operation reports. */
export interface ProgressNote {
  readonly done: number;
  readonly total: number | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly note: string | null;
}

export interface CallOptions {
  /** Aborting cancels the request; the call then rejects with CANCELLED. */
  readonly signal?: AbortSignal;
  /** Called at most about four times a second. */
  readonly onProgress?: (progress: ProgressNote) => void;
  readonly trace?: TraceFields;
  /** Requests with equal keys are one piece of work; by default every call is its own. 64 hexadecimal digits. */
  readonly key?: string;
  /** Milliseconds after which the worker gives up with DEADLINE. */
  readonly deadlineMs?: number;
}

/** What an operation answered; `cached` says that the worker had the answer already. */
export interface Answer<Data> {
  readonly data: Data;
  readonly tensors: Tensors;
  readonly wallMs: number;
  readonly cached: boolean;
}

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

/** The open calls to one worker: sends each when there is room, settles it when its answer or the worker's end comes. */
export class Calls {
  readonly #wire: Wire;
  readonly #open = new Map<string, Call>();
  #closed: ((what: string) => WorkerFailure) | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** The operation of a request that is under way, by the request's id. */
  operationOf(id: string): Operation | undefined {
    return this.#open.get(id)?.operation;
  }

  /** Starts a call. @throws WorkerFailure as described at `WorkerClient.call`. */
  start(operation: Operation, params: unknown, tensors: Tensors, options: CallOptions): Promise<Answer<unknown>> {
    if (this.#closed) throw this.#closed(`run '${operation.name}'`);
    const { id, frames } = encodeRequest(this.#wire, operation, params, tensors, options);
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
        call.options.onProgress?.(progressOf(message));
        return;
      case 'error':
        this.#settle(call, () => {
          throw failureOf(message.error, this.#wire.logFile);
        });
        return;
      case 'result':
        this.#settle(call, () => answerOf(call.operation, message, frames));
        return;
      default:
        return;
    }
  }

  /** Rejects every open call, and every later one, with what `failureFor('run …')` makes. */
  close(failureFor: (what: string) => WorkerFailure): void {
    this.#closed = failureFor;
    for (const call of [...this.#open.values()]) this.#fail(call, failureFor(`finish '${call.operation.name}'`));
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

  #sendNext(): void {
    const calls = [...this.#open.values()];
    const room = this.#wire.credit - calls.filter((call) => call.sent).length;
    for (const call of calls.filter((waiting) => !waiting.sent).slice(0, Math.max(0, room))) {
      call.sent = true;
      this.#wire.send(call.frames).catch((error: Error) => this.#fail(call, unsent(call, error)));
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
      call.answer.reject(error as Error);
    }
    this.#sendNext();
  }

  #fail(call: Call, failure: WorkerFailure): void {
    this.#settle(call, () => {
      throw failure;
    });
  }
}

function encodeRequest(wire: Wire, operation: Operation, params: unknown, tensors: Tensors, options: CallOptions) {
  const what = `a request for '${operation.name}'`;
  const parsed = operation.params.safeParse(params);
  if (!parsed.success) {
    throw new WorkerFailure(
      'INVALID_ARGUMENT',
      `Cannot send ${what}: ${explain(parsed.error)}, valid parameters are needed`,
    );
  }
  const common = wire.next(null, options.trace ?? null);
  const header = {
    type: 'request',
    ...common,
    op: operation.name,
    opVersion: operation.version,
    params: parsed.data,
    tensors: describeTensors(tensors, what),
    key: options.key ?? createHash('sha256').update(common.id).digest('hex'),
    attempt: 1,
    deadlineMs: options.deadlineMs ?? null,
    resumeFrom: null,
  };
  return { id: common.id, frames: encodeMessage(header, tensors, what) };
}

function progressOf({ done, total, metrics, note }: Extract<FromWorker, { type: 'progress' }>): ProgressNote {
  return { done, total, metrics, note };
}

function answerOf(
  operation: Operation,
  message: Extract<FromWorker, { type: 'result' }>,
  frames: readonly Buffer[],
): Answer<unknown> {
  const parsed = operation.data.safeParse(message.data);
  if (!parsed.success) throw unreadable(operation, explain(parsed.error));
  try {
    const tensors = decodeTensors(message.tensors, frames);
    return { data: parsed.data, tensors, wallMs: message.wallMs, cached: message.cached };
  } catch (error) {
    throw unreadable(operation, (error as Error).message);
  }
}

function failureOf(error: Extract<FromWorker, { type: 'error' }>['error'], logFile: string): WorkerFailure {
  const details: FailureDetails = {
    ...error.details,
    logFile,
    ...(error.traceback ? { traceback: error.traceback } : {}),
  };
  const pointer = error.code === 'INTERNAL' ? `; the traceback is in '${logFile}'` : '';
  return new WorkerFailure(error.code, `${error.message}${pointer}`, details);
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

const unreadable = (operation: Operation, found: string): WorkerFailure =>
  new WorkerFailure(
    'BAD_MESSAGE',
    `Cannot read the result of '${operation.name}': ${found}, a worker of this version is needed`,
  );

/** The first problem of a value as "field 'a.b': …". */
function explain(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'it is wrong' : `field '${issue.path.join('.')}': ${issue.message}`;
}
