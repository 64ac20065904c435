import { WorkerFailure } from '../worker-failure.ts';
import type { PreparedRequest } from './encode-request.ts';

export interface RetryOptions {
  /** Attempts of a call at most; those it was not to blame for do not count. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled with every further one, at most 60 s. */
  readonly delayMs: number;
}

/** The attempts of one call. */
export interface Tries {
  readonly number: number;
  readonly hint: 'halve-batch' | null;
  /** Milliseconds until the next attempt. @throws the failure itself when there is no next, or POISON. */
  readonly delayAfter: (failure: unknown, canServe: boolean) => number;
  /** It was answered: what it did to workers before is forgiven. */
  readonly succeeded: () => void;
}

const GREATEST_DELAY_MS = 60_000;
const KILLS_OF_POISON = 2;
const MEMORY = ['OOM_CPU', 'OOM_GPU'];
const DEATHS = ['WORKER_LOST', 'HUNG'];

/** Decides which failures are worth another attempt, and remembers which requests kill workers. */
export class Retries {
  readonly #options: RetryOptions;
  /** Workers a request was running on when they ended, by the request's key. */
  readonly #kills = new Map<string, number>();

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /** The attempts of a new call. @throws WorkerFailure POISON when its key has killed two workers already. */
  of(request: PreparedRequest): Tries {
    if ((this.#kills.get(request.key) ?? 0) >= KILLS_OF_POISON) throw poison(request);
    let number = 1;
    let hint: Tries['hint'] = null;
    return {
      get number() {
        return number;
      },
      get hint() {
        return hint;
      },
      succeeded: () => void this.#kills.delete(request.key),
      delayAfter: (failure, canServe) => {
        if (!(failure instanceof WorkerFailure) || failure.retry === 'never') throw failure;
        if (this.#isPoison(request, failure)) throw poison(request, failure);
        if (!canServe) throw failure;
        if (failure.retry === 'free') return failure.code === 'UNAVAILABLE' ? this.#options.delayMs : 0; // it is leaving
        if (number >= this.#options.attempts || (MEMORY.includes(failure.code) && hint !== null)) throw failure;
        number += 1;
        if (MEMORY.includes(failure.code)) hint = 'halve-batch';
        return DEATHS.includes(failure.code) ? 0 : this.#delayMs(number); // a new worker takes its own time
      },
    };
  }

  #delayMs(number: number): number {
    return Math.min(GREATEST_DELAY_MS, this.#options.delayMs * 2 ** (number - 2));
  }

  #isPoison({ key }: PreparedRequest, { code, retry }: WorkerFailure): boolean {
    if (retry !== 'counted' || !DEATHS.includes(code)) return false;
    const kills = (this.#kills.get(key) ?? 0) + 1;
    this.#kills.set(key, kills);
    return kills >= KILLS_OF_POISON;
  }
}

/** The failure of a request that ends every worker it runs on. */
function poison({ operation }: PreparedRequest, cause?: WorkerFailure): WorkerFailure {
  const last = cause === undefined ? '' : `; the last time: ${cause.message}`;
  return new WorkerFailure(
    'POISON',
    `Cannot run '${operation.name}': ${KILLS_OF_POISON} workers ended while they ran it, another request is needed${last}`,
    cause?.details ?? {},
    { cause },
  );
}
