import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { z } from 'zod';
import type { Operation } from '../protocol/operation.ts';
import type { Answer, CallOptions } from './calls/call.ts';
import { type PreparedRequest, prepareRequest } from './calls/encode-request.ts';
import { givenUp } from './calls/given-up.ts';
import type { Journal } from './calls/journal.ts';
import type { Retries } from './calls/retries.ts';
import type { HelloMessage } from './session/link.ts';
import type { RestartBudget } from './session/restart-budget.ts';
import type { Session, SessionEnd } from './session/session.ts';
import { closed, pause, waitFor } from './session/wait.ts';
import type { Tensors } from './tensors/tensor.ts';
import { type Retry, WorkerFailure } from './worker-failure.ts';

export interface SupervisorParts {
  readonly start: (signal: AbortSignal) => Promise<Session>;
  readonly budget: RestartBudget;
  readonly retries: Retries;
  readonly journal: Journal;
  readonly note: (sentence: string) => void;
  readonly logFile: string;
}

/** Worker statuses that say that another start would end the same way: refused, or its orchestrator is gone. */
const HOPELESS = [75, 78];

/** Keeps one worker running: starts another when it ends, and asks again what was not to blame. */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #closing = new AbortController();
  #session: Session;
  #starting: Promise<void> | undefined;
  #last: SessionEnd | undefined;

  constructor(first: Session, parts: SupervisorParts) {
    setMaxListeners(0, this.#closing.signal); // every call that waits for a restart listens
    this.#parts = parts;
    this.#session = first;
    this.#follow(first);
  }

  get hello(): HelloMessage {
    return this.#session.hello;
  }

  get logFile(): string {
    return this.#parts.logFile;
  }

  /** @throws WorkerFailure as described at `WorkerClient.call`. */
  async call<Params extends z.ZodType, Data extends z.ZodType>(
    operation: Operation<Params, Data>,
    params: z.input<Params>,
    tensors: Tensors = {},
    options: CallOptions = {},
  ): Promise<Answer<z.output<Data>>> {
    const prepared = prepareRequest({ operation, params, tensors, options });
    const request = prepared instanceof Promise ? await prepared : prepared; // no turn is lost where none is needed
    if (options.signal?.aborted) throw givenUp('CANCELLED', operation.name);
    const begun = performance.now();
    const { call, key } = request;
    this.#parts.journal.write({ type: 'called', call, op: operation.name, key, trace: options.trace ?? null });
    const settle = (code: string): void =>
      this.#parts.journal.write({ type: 'settled', call, code, wallMs: Math.round(performance.now() - begun) });
    try {
      const answer = await this.#untilAnswered(request, begun);
      settle('OK');
      return answer as Answer<z.output<Data>>; // its data passed operation.data
    } catch (error) {
      settle(error instanceof WorkerFailure ? error.code : 'CALLER');
      throw error;
    }
  }

  /** Lets what runs finish for `drainMs`, then stops the worker; nothing can be called from now on. */
  async close(drainMs: number): Promise<void> {
    this.#closing.abort();
    await this.#starting?.catch(() => undefined);
    try {
      await this.#session.close(drainMs);
      await this.#session.ended;
    } finally {
      this.#parts.journal.close();
    }
  }

  async #untilAnswered(request: PreparedRequest, begun: number): Promise<Answer<unknown>> {
    const { operation, options, call } = request;
    const tries = this.#parts.retries.of(request);
    const deadlineAt = begun + (options.deadlineMs ?? Number.POSITIVE_INFINITY);
    const stops = { name: operation.name, signal: options.signal, deadlineAt, closing: this.#closing.signal };
    for (;;) {
      try {
        if (!this.#session.isAlive) await waitFor(this.#restarted(request), stops);
        const { number, hint } = tries;
        const answer = await this.#session.attempt({ request, number, hint, deadlineMs: untilDeadline(deadlineAt) });
        tries.succeeded();
        return answer;
      } catch (error) {
        const delayMs = tries.delayAfter(error, this.#canServe());
        this.#parts.journal.write({ type: 'retrying', call, attempt: tries.number, delayMs });
        await pause(delayMs, stops);
      }
    }
  }

  #canServe(): boolean {
    return !this.#closing.signal.aborted && (this.#session.isAlive || this.#isWorthStarting());
  }

  #isWorthStarting(): boolean {
    const isHopeless = HOPELESS.includes(this.#last?.exit.code ?? 0);
    return this.#starting !== undefined || (this.#parts.budget.isLeft() && !isHopeless);
  }

  /** Resolves when there is a living session: the one being started, or the next. */
  #restarted({ operation }: PreparedRequest): Promise<void> {
    if (!this.#canServe()) throw this.#unserved(operation.name);
    this.#starting ??= this.#restart().finally(() => {
      this.#starting = undefined;
    });
    this.#starting.catch(() => undefined); // those who wait may have left by then
    return this.#starting;
  }

  /** Starts until it works or the budget is used up. @throws the failure of the last start. */
  async #restart(): Promise<void> {
    for (let failure: unknown; ; ) {
      const delayMs = this.#parts.budget.next();
      if (delayMs === undefined) throw failure;
      await setTimeout(delayMs, undefined, { signal: this.#closing.signal });
      try {
        this.#session = await this.#parts.start(this.#closing.signal);
        this.#follow(this.#session);
        this.#parts.note(`A new worker is ready (pid ${this.#session.hello.pid})`);
        return;
      } catch (error) {
        failure = error;
      }
    }
  }

  #follow(session: Session): void {
    void session.ended.then((end) => {
      this.#last = end;
      this.#parts.budget.lived(end.livedMs);
      if (!this.#closing.signal.aborted) this.#parts.note(end.failureFor('go on with this worker', 'never').message);
    });
  }

  #unserved(name: string, retry: Retry = 'never'): WorkerFailure {
    if (this.#closing.signal.aborted || this.#last === undefined) return closed(name);
    return this.#last.failureFor(`run '${name}'`, retry);
  }
}

/** Milliseconds left, null without a deadline. */
function untilDeadline(deadlineAt: number): number | null {
  const left = deadlineAt - performance.now();
  return Number.isFinite(left) ? Math.max(1, Math.ceil(left)) : null;
}
