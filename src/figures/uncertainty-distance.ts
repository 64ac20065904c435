import type { DistanceBins } from '../diagnostics/distance-bins.ts';
import { latestDiagnostics } from '../diagnostics/latest-diagnostics.ts';
import type { Arm } from '../evaluation/arms.ts';
import type { Figure } from './figure.ts';
import { figureName } from './figure-name.ts';
import { lineFigure, type Series } from './line-figure.ts';
import { BASELINE_COLOUR } from './palette.ts';

/** Picks of the policy whose own colour is the pool's. */
const PICKS_COLOUR = '#d55e00';

/**
 * Uncertainty against the distance of the two answers where a policy's last batch was picked, pool and picks, of its first
 * seed; null where its batches were not picked by uncertainty, or all distances are equal.
 */
export function uncertaintyDistance(
  { policy, runs: [first] }: Arm,
  colours: ReadonlyMap<string, string>,
): Figure | null {
  const { chosen } = latestDiagnostics(first?.diagnostics ?? []);
  const bins = chosen?.batch.bins;
  if (!bins || first === undefined || isOnePlace(bins.pool)) return null;
  const isEpistemic = chosen.uncertainty === 'epistemic';
  const own = colours.get(policy);
  const colour = own === undefined || own === BASELINE_COLOUR ? PICKS_COLOUR : own;
  const title = `Uncertainty against distance, ${policy}`;
  return {
    name: figureName('distance', policy),
    title,
    caption: `Batch ${chosen.round} of seed ${first.seed}: median of uncertainty over pairs of similar distance of their answers, band from the 5 % to the 95 % quantile.`,
    ...lineFigure({
      title,
      x: { title: 'distance of the two answers in feature space', format: '.1f' },
      y: {
        title: isEpistemic ? 'epistemic uncertainty (nats)' : 'latent reward uncertainty',
        format: '.3f',
        ...(isEpistemic && { within: [0, Number.POSITIVE_INFINITY] }),
      },
      series: [seriesOf('pool', BASELINE_COLOUR, bins.pool), seriesOf('picks', colour, bins.picks)],
      interval: 'band',
    }),
  };
}

/** Distances that are all equal span no axis. */
const isOnePlace = (bins: DistanceBins): boolean => bins[0]?.distance === bins.at(-1)?.distance;

const seriesOf = (name: string, colour: string, bins: DistanceBins): Series => ({
  name,
  colour,
  points: bins.map(({ distance, p5, p50, p95 }) => ({ x: distance, value: p50, low: p5, high: p95 })),
});
