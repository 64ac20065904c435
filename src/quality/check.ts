/** How a check came out; a skipped one could not be made. */
export type CheckState = 'ok' | 'warn' | 'fail' | 'skipped';

/** A check of the page: what was found, and what to do about it (nothing where all is well). */
export interface Check {
  readonly name: string;
  readonly title: string;
  readonly state: CheckState;
  readonly finding: string;
  readonly advice: string;
}

/** The state of a number that should be small: fail from `fail` on, warn from `warn` on. */
export const stateAbove = (value: number, limits: { readonly warn: number; readonly fail: number }): CheckState =>
  value >= limits.fail ? 'fail' : value >= limits.warn ? 'warn' : 'ok';

/** The worst of several states. */
export const worstOf = (states: readonly CheckState[]): CheckState =>
  (['fail', 'warn', 'ok', 'skipped'] as const).find((state) => states.includes(state)) ?? 'skipped';
