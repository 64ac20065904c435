import { WorkerFailure } from '../worker/worker-failure.ts';
import type { PythonCall } from './python-call.ts';
import type { PythonProcess } from './python-process.ts';

const DEFAULT_TIMEOUT_MS = 20_000;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
const INTERRUPT_MS = 2_000;

/** Interrupts a call that is late or unwanted, and ends Python when that does not help. */
export class Patience {
  /** Set as soon as the call was interrupted: why. */
  ran: 'DEADLINE' | 'CANCELLED' | undefined;
  readonly #call: PythonCall;
  readonly #process: PythonProcess;
  readonly #timer: NodeJS.Timeout;
  #force: NodeJS.Timeout | undefined;

  constructor(process: PythonProcess, call: PythonCall) {
    this.#process = process;
    this.#call = call;
    this.#timer = setTimeout(() => this.#interrupt('DEADLINE'), timeoutOf(call));
    call.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  get reason(): string {
    return this.ran === 'DEADLINE' ? `it did not end within ${timeoutOf(this.#call)} ms` : 'it was aborted';
  }

  end(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#force);
    this.#call.signal?.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => this.#interrupt('CANCELLED');

  #interrupt(reason: 'DEADLINE' | 'CANCELLED'): void {
    if (this.ran !== undefined) return;
    this.ran = reason;
    this.#process.interrupt();
    this.#force = setTimeout(() => this.#process.kill(), INTERRUPT_MS);
  }
}

const timeoutOf = ({ timeoutMs = DEFAULT_TIMEOUT_MS }: PythonCall): number => timeoutMs;

/** @throws WorkerFailure INVALID_ARGUMENT for a limit no timer can keep. */
export function checkTimeout(call: PythonCall): void {
  const timeoutMs = timeoutOf(call);
  if (timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS) return;
  throw new WorkerFailure(
    'INVALID_ARGUMENT',
    `Cannot call '${call.name}': timeoutMs is ${timeoutMs}, a number of milliseconds above 0 and at most ${LONGEST_TIMEOUT_MS} is needed`,
  );
}
