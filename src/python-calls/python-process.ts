import type { ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import { type PythonFence, startPython, UNLIMITED } from './pythonia.ts';

const START_LIMIT_MS = 20_000;
const FENCE = join(PACKAGE_ROOT, 'python_worker', 'python_calls', 'fence.py');

/** A Python process with the fence loaded in it. It keeps this process alive only while a call runs. */
export class PythonProcess {
  /** Resolves with how it ended ("ended with status 1", "was killed by SIGKILL") as soon as it did. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #pythonia: ReturnType<typeof startPython>['pythonia'];
  #fence: PythonFence | undefined;
  #end: string | undefined;

  private constructor({ pythonia, child }: ReturnType<typeof startPython>) {
    this.#child = child;
    this.#pythonia = pythonia;
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => {
        if (child.pid === undefined) resolve(`could not be started (${error.message})`); // others come before the exit
      });
      child.once('exit', (code, signal) =>
        resolve(signal ? `was killed by ${signal}` : `ended with status ${code ?? 'unknown'}`),
      );
    });
    void this.ended.then((how) => this.#forget(how));
  }

  /** @throws Error with how it ended, or that it is late, when the fence cannot be loaded. */
  static async start(executable: string): Promise<PythonProcess> {
    const process = new PythonProcess(startPython(executable));
    const limit = new AbortController();
    try {
      const late = setTimeout(START_LIMIT_MS, undefined, { signal: limit.signal });
      await Promise.race([
        process.#load(),
        late.then(() => Promise.reject(new Error(`it did not start within ${START_LIMIT_MS / 1000} s`))),
      ]);
      return process;
    } catch (error) {
      await process.stop();
      throw error;
    } finally {
      limit.abort();
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** How it ended; undefined while it runs. */
  get end(): string | undefined {
    return this.#end;
  }

  /** The fence's answer. One call at a time. @throws Error with how the process ended when it ends before. */
  invoke(name: string, payload: string): Promise<string> {
    return this.#whileAlive(async () => String(await (this.#fence as PythonFence).invoke$(name, payload, UNLIMITED())));
  }

  /** Asks the call under way to end; a call deep in native code notices late, or not at all. */
  interrupt(): void {
    this.#child.kill('SIGUSR1');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Ends it by force: what other signals ask for is not its to decide. */
  async stop(): Promise<void> {
    if (this.#end !== undefined) return;
    this.#child.ref();
    this.kill();
    await this.ended;
  }

  async #load(): Promise<void> {
    const { fileImport$ } = this.#pythonia.builtins;
    this.#fence = await this.#whileAlive(() => fileImport$('fence.py', FENCE, dirname(FENCE), UNLIMITED()));
  }

  /** pythonia does not notice that Python is gone: this does. */
  async #whileAlive<T>(ask: () => Promise<T>): Promise<T> {
    this.#hold(true);
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#onEnd = (how) => reject(new Error(how));
        if (this.#end !== undefined) reject(new Error(this.#end));
        else ask().then(resolve, reject);
      });
    } finally {
      this.#onEnd = () => undefined;
      this.#hold(false);
    }
  }

  #onEnd: (how: string) => void = () => undefined;

  #hold(alive: boolean): void {
    const change = alive ? 'ref' : 'unref';
    this.#child[change]();
    this.#child.channel?.[change]();
  }

  /** Makes room in pythonia for the next one. */
  #forget(how: string): void {
    this.#end = how;
    if (this.#pythonia.com.proc === this.#child) this.#pythonia.com.end();
    this.#onEnd(how);
  }
}
