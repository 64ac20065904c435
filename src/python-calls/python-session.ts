import { resolve } from 'node:path';
import type { z } from 'zod';
import { messageOf } from '../base/errors.ts';
import { WorkerFailure } from '../worker/worker-failure.ts';
import { encodePayload } from './encode-payload.ts';
import { checkTimeout, Patience } from './patience.ts';
import type { OpenPython, PythonCall } from './python-call.ts';
import type { PythonProcess } from './python-process.ts';
import { readPythonAnswer } from './read-python-answer.ts';

/** Calls to one Python process, one at a time in the order they were made. */
export class PythonSession implements OpenPython {
  readonly executable: string;
  readonly #process: PythonProcess;
  #last: Promise<unknown> = Promise.resolve();

  constructor(executable: string, process: PythonProcess) {
    this.executable = executable;
    this.#process = process;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async invoke<Schema extends z.ZodType>(call: PythonCall<Schema>): Promise<z.output<Schema>> {
    checkTimeout(call);
    const payload = encodePayload(call.name, call.payload);
    return readPythonAnswer(call.name, call.answer, await this.#queue(call, payload));
  }

  close(): Promise<void> {
    return this.#process.stop();
  }

  /** An abort while the call waits is noticed at once. */
  #queue(call: PythonCall, payload: string): Promise<string> {
    return new Promise((resolveCall, reject) => {
      const leave = (): void => reject(stopped(call, 'CANCELLED', 'it was aborted before it started'));
      call.signal?.addEventListener('abort', leave, { once: true });
      const turn = this.#last.then(() => {
        call.signal?.removeEventListener('abort', leave);
        return call.signal?.aborted ? leave() : this.#ask(call, payload).then(resolveCall, reject);
      });
      if (call.signal?.aborted) leave();
      this.#last = turn;
    });
  }

  async #ask(call: PythonCall, payload: string): Promise<string> {
    const patience = new Patience(this.#process, call);
    try {
      const text = await this.#process.invoke(absolute(call.name), payload);
      if (patience.ran === undefined) return text;
    } catch (error) {
      if (patience.ran === undefined) throw this.#lost(call, messageOf(error));
    } finally {
      patience.end();
    }
    const kept = this.#process.end === undefined;
    throw stopped(call, patience.ran, `${patience.reason}${kept ? '' : ' and could only be stopped by ending Python'}`);
  }

  #lost({ name }: PythonCall, how: string): WorkerFailure {
    return new WorkerFailure(
      'WORKER_LOST',
      `Cannot finish '${name}': Python (pid ${this.pid}) ${how}, a running Python is needed`,
    );
  }
}

const stopped = (call: PythonCall, code: 'DEADLINE' | 'CANCELLED' | undefined, why: string): WorkerFailure =>
  new WorkerFailure(
    code ?? 'CANCELLED',
    `Cannot finish '${call.name}': ${why}, ${code === 'DEADLINE' ? 'more time' : 'a new call'} is needed`,
  );

/** Python may have another working directory by now: what a relative path means is decided here. */
function absolute(name: string): string {
  const colon = name.lastIndexOf(':');
  return colon === -1 ? name : `${resolve(name.slice(0, colon))}${name.slice(colon)}`;
}
