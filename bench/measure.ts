import { residentMiB } from '../test/support/resident-memory.ts';

/** Milliseconds of each of `count` runs, ascending. */
export async function time(count: number, run: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const begun = performance.now();
    await run();
    times.push(performance.now() - begun);
  }
  return times.toSorted((a, b) => a - b);
}

/** The value below which that share of ascending values lies. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;

/** One line of a table. */
export const row = (what: string, ...values: readonly string[]): string =>
  `${what.padEnd(46)}${values.map((value) => value.padStart(16)).join('')}`;

/** Resident memory of this process and of another, MiB. */
export const memoryOf = (pid: number): readonly number[] => [residentMiB(process.pid), residentMiB(pid)];
