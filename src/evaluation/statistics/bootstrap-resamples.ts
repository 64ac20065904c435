import { openStream } from '../../random/stream.ts';

/** Bootstrap resamples of n units as weights (each row sums to 1) and the probability of each. */
export interface Resamples {
  readonly weights: readonly Float64Array[];
  readonly probabilities: Float64Array;
}

/** Up to this many units every distinct resample is enumerated, so that the interval has no Monte Carlo error. */
const ENUMERATE_UP_TO = 7;
const DRAWS = 2000;

const known = new Map<number, Resamples>();

/** Resamples of `count` units with replacement: all of them with their probabilities, or 2,000 draws of a fixed stream. */
export function bootstrapResamples(count: number): Resamples {
  const found = known.get(count);
  if (found) return found;
  const made = count <= ENUMERATE_UP_TO ? enumerate(count) : draw(count);
  known.set(count, made);
  return made;
}

function enumerate(count: number): Resamples {
  const counts = compositions(count, count);
  const probabilities = Float64Array.from(counts, (parts) => multinomial(count, parts));
  return { weights: counts.map((parts) => Float64Array.from(parts, (part) => part / count)), probabilities };
}

/** Every way to write `total` as an ordered sum of `parts` non-negative integers. */
function compositions(total: number, parts: number): number[][] {
  if (parts <= 1) return [[total]];
  const rows: number[][] = [];
  for (let first = 0; first <= total; first++) {
    for (const rest of compositions(total - first, parts - 1)) rows.push([first, ...rest]);
  }
  return rows;
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

const multinomial = (count: number, parts: readonly number[]): number =>
  parts.reduce((value, part) => value / factorial(part), factorial(count)) / count ** count;

function draw(count: number): Resamples {
  const stream = openStream(['bootstrap', count]);
  const weights = Array.from({ length: DRAWS }, () => {
    const row = new Float64Array(count);
    for (let unit = 0; unit < count; unit++) row[stream.below(count)]! += 1 / count;
    return row;
  });
  return { weights, probabilities: new Float64Array(DRAWS).fill(1 / DRAWS) };
}
