import { after } from '../../base/after.ts';
import { type Deferred, defer } from '../../base/deferred.ts';

/** Patience with a peer whose connection broke: it begins with the break and ends when the peer is back or time is up. */
export class Absence {
  readonly #limitMs: number;
  readonly #onLimit: () => void;
  #present: { readonly over: Deferred<void>; readonly callOff: () => void } | undefined;
  #isClosed = false;

  /** `onLimit` is called when an absence has lasted for `limitMs`; it lasts on until it is ended. */
  constructor(limitMs: number, onLimit: () => void) {
    this.#limitMs = limitMs;
    this.#onLimit = onLimit;
  }

  /** Resolves when the present absence is over; undefined when there is none. */
  get over(): Promise<void> | undefined {
    return this.#present?.over.promise;
  }

  /** Begins one; false when there is one already, or there shall be none any more. */
  begin(): boolean {
    if (this.#present !== undefined || this.#isClosed) return false;
    this.#present = { over: defer(), callOff: after(this.#limitMs, this.#onLimit) };
    return true;
  }

  /** Ends the present one; false when there is none. */
  end(): boolean {
    if (this.#present === undefined) return false;
    this.#present.callOff();
    this.#present.over.resolve();
    this.#present = undefined;
    return true;
  }

  /** Ends the present one and every later one before it begins: the peer is no more. */
  close(): void {
    this.#isClosed = true;
    this.end();
  }
}
