/** How often intervals of nominal 95 % cover the true mean difference. `npx tsx bench/interval-coverage.ts [draws=4000]` */
import { bootstrapInterval } from '../src/evaluation/statistics/bootstrap-interval.ts';
import { bootstrapResamples } from '../src/evaluation/statistics/bootstrap-resamples.ts';
import { CONFIDENCE, type Estimate } from '../src/evaluation/statistics/estimate.ts';
import { studentInterval } from '../src/evaluation/statistics/student-interval.ts';
import { openStream, type RandomStream } from '../src/random/stream.ts';

const draws = Number(process.argv[2] ?? 4000);

/** Differences of mean 0: normal, or exponential less its mean. */
const DIFFERENCES: Readonly<Record<string, (stream: RandomStream) => number>> = {
  normal: (stream) => stream.normal(),
  exponential: (stream) => -Math.log(1 - stream.uniform()) - 1,
};

const INTERVALS: Readonly<Record<string, (values: readonly number[]) => Pick<Estimate, 'low' | 'high'>>> = {
  percentile: plainPercentile,
  'stretched, as used': (values) => bootstrapInterval(values.length, (weights) => weightedMean(values, weights)),
  Student: studentInterval,
};

const weightedMean = (values: readonly number[], weights: Float64Array): number =>
  values.reduce((sum, value, index) => sum + value * weights[index]!, 0);

function plainPercentile(values: readonly number[]): { low: number; high: number } {
  const { weights, probabilities } = bootstrapResamples(values.length);
  const means = weights
    .map((row, index) => ({ mean: weightedMean(values, row), probability: probabilities[index]! }))
    .toSorted((a, b) => a.mean - b.mean);
  const quantile = (share: number): number => {
    let cumulative = 0;
    return means.find(({ probability }) => (cumulative += probability) >= share - 1e-12)!.mean;
  };
  return { low: quantile((1 - CONFIDENCE) / 2), high: quantile((1 + CONFIDENCE) / 2) };
}

for (const [name, draw] of Object.entries(DIFFERENCES)) {
  for (const seeds of [5, 8, 10, 20]) {
    const stream = openStream(['interval-coverage', name, seeds]);
    const covered = Object.fromEntries(Object.keys(INTERVALS).map((key) => [key, 0]));
    for (let index = 0; index < draws; index++) {
      const values = Array.from({ length: seeds }, () => draw(stream));
      for (const [key, intervalOf] of Object.entries(INTERVALS)) {
        const { low, high } = intervalOf(values);
        if (low !== null && high !== null && low <= 0 && high >= 0) covered[key]! += 1;
      }
    }
    const shares = Object.entries(covered).map(([key, count]) => `${key} ${((100 * count) / draws).toFixed(1)} %`);
    console.log(`${name}, ${seeds} seeds: ${shares.join(', ')}`);
  }
}
