import type { QueuedJob } from '../site/queue.ts';

/** Ranges per argument, so that it stays within the length that scancel reads. */
const MOST_RANGES = 50;

/**
 * Jobs as arguments of scancel: `123` for a job, `123_[0-4,7]` for elements of an array. Elements are always named: the
 * id alone means the whole array.
 */
export function jobArguments(jobs: readonly Pick<QueuedJob, 'job' | 'index'>[]): string[] {
  const arrays = new Map<string, Set<number>>();
  const singles = new Set<string>();
  for (const { job, index } of jobs) {
    if (index === null) singles.add(job);
    else arrays.set(job, (arrays.get(job) ?? new Set()).add(index));
  }
  return [...singles, ...[...arrays].flatMap(([job, indices]) => elements(job, [...indices]))];
}

function elements(job: string, indices: readonly number[]): string[] {
  const ranges = rangesOf(indices.toSorted((a, b) => a - b));
  return Array.from({ length: Math.ceil(ranges.length / MOST_RANGES) }, (_value, part) => {
    const own = ranges.slice(part * MOST_RANGES, (part + 1) * MOST_RANGES);
    return `${job}_[${own.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(',')}]`;
  });
}

function rangesOf(indices: readonly number[]): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  for (const index of indices) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] === index - 1) range[1] = index;
    else ranges.push([index, index]);
  }
  return ranges;
}
