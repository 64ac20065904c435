import { setTimeout } from 'node:timers/promises';
import { messageOf } from '../../base/errors.ts';
import type { Answer } from '../calls/call.ts';
import { Calls } from '../calls/calls.ts';
import type { Attempt } from '../calls/encode-request.ts';
import type { TensorFiles } from '../tensors/tensor-files.ts';
import { encodeMessage } from '../wire/frames.ts';
import { type Incoming, textField } from '../wire/read-message.ts';
import { type Retry, WorkerFailure } from '../worker-failure.ts';
import { workerLost } from './exit.ts';
import { type HangWatch, watchForHang } from './hang-watch.ts';
import type { Exit, HelloMessage, Link } from './link.ts';
import type { SessionContext, SessionSettings } from './session-options.ts';

/** How a session came to its end. */
export interface SessionEnd {
  readonly exit: Exit;
  /** Milliseconds it was ready for. */
  readonly livedMs: number;
  /** The failure of what would be asked of it now. */
  readonly failureFor: (what: string, retry: Retry) => WorkerFailure;
}

/** What a session is made of once its worker is ready. */
export interface SessionParts {
  readonly link: Link;
  readonly hello: HelloMessage;
  readonly settings: SessionSettings;
  readonly files: TensorFiles;
  readonly context: SessionContext;
}

/** A session that has ended listens until so many turns brought nothing, at most so long. */
const QUIET_TURNS = 3;
const TURN_MS = 5;
const GREATEST_REST_MS = 500;
const GREATEST_SENDING_MS = 5000;

/** One request runs, one waits in the worker; the rest waits here. */
const QUEUED_IN_WORKER = 1;

/** One life of a worker, from ready to its end. */
export class Session {
  readonly hello: HelloMessage;
  /** Resolves once nothing of it is left: no process, no socket. */
  readonly ended: Promise<SessionEnd>;
  /** Resolves once no file of it is left. */
  readonly #cleared: Promise<void>;
  readonly #parts: SessionParts;
  readonly #calls: Calls;
  readonly #watch: HangWatch;
  readonly #readySinceMs = performance.now();
  #alive = true;
  #preempted = false;
  /** Why this side ended the worker, and under which code. */
  #condemned: { readonly code: 'HUNG' | 'WORKER_LOST'; readonly why: string } | undefined;
  /** Messages so far. */
  #heard = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.hello = parts.hello;
    this.#calls = new Calls(this.#wire());
    this.#watch = watchForHang(this.#calls, {
      warn: (ms) => parts.context.note(`The worker has been silent for ${ms / 1000} s; a long calculation may hold it`),
      dumpStacks: () => parts.link.dumpStacks(),
      end: (ms) => this.#condemn('HUNG', `no sign of life for ${ms} ms`),
    });
    this.ended = parts.link.exited.then((exit) => this.#end(exit));
    // Whoever waits for the end learns of it before the calls do.
    void this.ended.then(({ failureFor }) => this.#calls.close(failureFor));
    this.#cleared = this.#clear();
    parts.link.listen({
      hear: (incoming) => this.#hear(incoming),
      returned: () => this.#calls.resendAll(),
      gone: (why) => this.#condemn('HUNG', why),
    });
  }

  /** Whether it can still be called. */
  get isAlive(): boolean {
    return this.#alive;
  }

  /** Runs one attempt. @throws WorkerFailure */
  attempt(attempt: Attempt): Promise<Answer<unknown>> {
    return this.#calls.start(attempt);
  }

  /** Lets what runs finish for `drainMs`, then stops the process. */
  async close(drainMs: number): Promise<void> {
    const { link } = this.#parts;
    // What was called before comes before the end.
    await this.#calls.packing;
    await Promise.race([this.#calls.sent, setTimeout(GREATEST_SENDING_MS, undefined, { ref: false })]);
    const shutdown = (): Promise<void> =>
      link.offer(encodeMessage({ type: 'shutdown', ...link.next(), drainMs }, {}, 'a shutdown'));
    await closeWorker(link, shutdown, this.ended, drainMs);
    await this.#cleared;
  }

  #wire() {
    const { link, hello, settings, files, context } = this.#parts;
    return {
      session: link.session,
      send: (frames: readonly Uint8Array[]) => link.send(frames),
      next: link.next,
      credit: hello.capacity + QUEUED_IN_WORKER,
      ackMs: settings.ackTimeoutMs,
      cancelGraceMs: settings.cancelGraceMs,
      onStuck: (why: string) => this.#condemn('WORKER_LOST', why),
      journal: context.journal,
      logFile: settings.logFile,
      files,
    };
  }

  /** Handles a message of its worker; the call an unreadable one answers ends. */
  #hear(incoming: Incoming): void {
    if (incoming.type === 'broken') {
      const re = textField(incoming.value, 're');
      if (re !== null) this.#calls.refuse(re, incoming.reason);
      return;
    }
    const { message, tensorFrames } = incoming;
    this.#heard += 1;
    if (message.type === 'bye' && message.reason === 'preempted') this.#preempted = true;
    this.#watch.heard(message);
    this.#calls.receive(message, tensorFrames);
  }

  #condemn(code: 'HUNG' | 'WORKER_LOST', why: string): void {
    this.#condemned ??= { code, why };
    this.#parts.link.kill();
  }

  async #end(exit: Exit): Promise<SessionEnd> {
    this.#alive = false;
    this.#watch.stop();
    await this.#untilQuiet();
    const failureFor = (what: string, retry: Retry): WorkerFailure =>
      this.#failure(what, { ...exit, preempted: this.#preempted || exit.preempted === true }, retry);
    this.#parts.link.close();
    return { exit, livedMs: performance.now() - this.#readySinceMs, failureFor };
  }

  /** What the worker said before its end may be noticed after it. */
  async #untilQuiet(): Promise<void> {
    const limit = performance.now() + GREATEST_REST_MS;
    for (let quiet = 0; quiet < QUIET_TURNS && performance.now() < limit; ) {
      const heard = this.#heard;
      await setTimeout(TURN_MS);
      quiet = heard === this.#heard ? quiet + 1 : 0;
    }
  }

  /** Removes the session's files once nobody reads them; what cannot be removed is told, not thrown. */
  async #clear(): Promise<void> {
    await this.ended;
    await this.#calls.read();
    try {
      await this.#parts.files.close();
    } catch (error) {
      this.#parts.context.note(
        `Cannot remove a directory of large arrays: ${messageOf(error)}, a later start will try again`,
      );
    }
  }

  #failure(what: string, exit: Exit, retry: Retry): WorkerFailure {
    const { link, settings } = this.#parts;
    const { logFile } = settings;
    const lost = workerLost(what, { exit, pid: link.pid, lastLines: link.lastLines(), logFile }, retry);
    if (this.#condemned === undefined) return lost;
    const { code, why } = this.#condemned;
    const found = `the worker (pid ${link.pid}) was ended: ${why}`;
    const message = `Cannot ${what}: ${found}, a worker that answers is needed; its stacks and log are in '${logFile}'`;
    return new WorkerFailure(code, message, lost.details, { retry });
  }
}

const PATIENCE_MS = 2000;

/** Asks a worker to end, then hangs up, then forces it: its own process gives nothing on SIGTERM. */
async function closeWorker(
  link: Link,
  shutdown: () => Promise<void>,
  ended: Promise<unknown>,
  drainMs: number,
): Promise<void> {
  await shutdown().catch(() => undefined); // it may be gone already
  if (await endsWithin(ended, drainMs + PATIENCE_MS)) return;
  link.hangUp();
  if (await endsWithin(ended, PATIENCE_MS)) return;
  link.kill();
  await ended;
}

async function endsWithin(ended: Promise<unknown>, limitMs: number): Promise<boolean> {
  const done = new AbortController();
  const late = setTimeout(limitMs, false, { signal: done.signal }).catch(() => false);
  const result = await Promise.race([ended.then(() => true), late]);
  done.abort();
  return result;
}
