import type { Arm } from '../evaluation/arms.ts';
import type { CalibrationBin } from '../evaluation/metrics/split-metrics.ts';
import type { Figure } from './figure.ts';
import { figureName } from './figure-name.ts';
import { lineFigure } from './line-figure.ts';

const BINS = 15;

/** Predicted probability against observed frequency of the last round on one split, bins of all seeds pooled. */
export function reliability(arms: readonly Arm[], split: string, colours: ReadonlyMap<string, string>): Figure {
  const series = arms.map(({ policy, runs }) => ({
    name: policy,
    colour: colours.get(policy) as string,
    points: pooledBins(runs.flatMap((run) => run.rounds.at(-1)?.splits[split]?.calibration ?? [])).map((bin) => ({
      x: bin.confidence,
      value: bin.frequency,
      low: null,
      high: null,
    })),
  }));
  const ends = series.flatMap(({ points }) => points.map((point) => point.x));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  return {
    name: figureName('reliability', split),
    title: `Calibration on ${split}`,
    caption: `Last round, ${BINS} bins of equal mass, all seeds pooled; on the dashed line probabilities are what they say.`,
    ...lineFigure({
      title: `Calibration on ${split}, last round`,
      x: { title: 'predicted probability that a is preferred', format: '.1f' },
      y: { title: 'share of items where a is preferred', format: '.1f' },
      series,
      interval: 'bar',
      guide: [low, high].map((value) => ({ x: value, y: value })),
    }),
  };
}

/** Bins of several runs merged into fifteen of about equal mass, in order of confidence. */
function pooledBins(bins: readonly CalibrationBin[]): CalibrationBin[] {
  const sorted = bins.toSorted((left, right) => left.confidence - right.confidence);
  const total = sorted.reduce((sum, bin) => sum + bin.count, 0);
  const pooled: CalibrationBin[] = [];
  let seen = 0;
  for (const bin of sorted) {
    const group = Math.min(BINS - 1, Math.floor((BINS * (seen + bin.count / 2)) / total));
    pooled[group] = merge(pooled[group], bin);
    seen += bin.count;
  }
  return pooled.filter((bin) => bin !== undefined);
}

function merge(into: CalibrationBin | undefined, bin: CalibrationBin): CalibrationBin {
  if (!into) return bin;
  const count = into.count + bin.count;
  const weighted = (key: 'confidence' | 'frequency'): number => (into[key] * into.count + bin[key] * bin.count) / count;
  return { confidence: weighted('confidence'), frequency: weighted('frequency'), count };
}
