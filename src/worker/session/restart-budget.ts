/** Says when a worker that ended may be started again. */
export interface RestartBudget {
  /** Milliseconds to wait before the next start, or undefined when there were too many in a row. */
  readonly next: () => number | undefined;
  /** A worker was ready for so long before it ended; a long healthy life forgives what was before. */
  readonly lived: (ms: number) => void;
  /** Whether `next` would still give a delay. */
  readonly isLeft: () => boolean;
}

export interface RestartOptions {
  /** Starts in a row at most. */
  readonly most: number;
  /** Milliseconds before the first; doubled with every further one, at most 30 s. */
  readonly delayMs: number;
  /** A worker that was ready for so long starts the count anew. Milliseconds. */
  readonly healthyMs: number;
}

const GREATEST_DELAY_MS = 30_000;

/** The budget of one client. */
export function createRestartBudget({ most, delayMs, healthyMs }: RestartOptions): RestartBudget {
  let inARow = 0;
  return {
    isLeft: () => inARow < most,
    lived: (ms) => {
      if (ms >= healthyMs) inARow = 0;
    },
    next: () => {
      if (inARow >= most) return undefined;
      inARow += 1;
      return Math.min(GREATEST_DELAY_MS, delayMs * 2 ** (inARow - 1));
    },
  };
}
