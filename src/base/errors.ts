/** Where a failure belongs; each kind has its own exit status (architecture: errors and exits). */
export const EXIT_STATUS = {
  internal: 1,
  usage: 2,
  environment: 3,
  data: 4,
  worker: 5,
  waiting: 6,
  stopped: 75,
} as const;

/** What kind of failure it is: wrong usage, an unusable environment, bad data, a worker, people's labels missing, a stop, a fault of balpm. */
export type FailureKind = keyof typeof EXIT_STATUS;

/**
 * A failure a person can act on. The message reads
 * `Cannot <act> <object>: <what was found>; <what to do>`.
 */
export class BalpmError extends Error {
  override readonly name = 'BalpmError';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }

  /** Process exit status that belongs to this failure. */
  get exitStatus(): number {
    return EXIT_STATUS[this.kind];
  }
}

/** Shorthand for wrong usage or configuration (exit status 2). */
export const usageError = (message: string): BalpmError => new BalpmError('usage', message);

/** Shorthand for data that is not valid (exit status 4). */
export const dataError = (message: string): BalpmError => new BalpmError('data', message);

/** Shorthand for an environment that is not usable (exit status 3). */
export const environmentError = (message: string): BalpmError => new BalpmError('environment', message);

/** The message of anything that was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** The `code` of a Node system error (`ENOENT`, `EACCES`, …), or undefined. */
export const systemCodeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
