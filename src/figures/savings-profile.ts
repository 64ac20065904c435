import type { Result } from '../evaluation/comparison.ts';
import { SAVINGS_SHARES } from '../evaluation/savings.ts';
import { isDecided } from '../evaluation/statistics/is-decided.ts';
import type { Figure } from './figure.ts';
import { figureName } from './figure-name.ts';
import { lineFigure, type Series, type SeriesPoint } from './line-figure.ts';

/**
 * Labels saved against the share of the baseline's gain that is to be reached, of policies with a verdict of yes or no;
 * null when none of them reaches two shares, since a single point is no profile (the table has it).
 */
export function savingsProfile(result: Result, baseline: string, colours: ReadonlyMap<string, string>): Figure | null {
  const series = result.policies.filter(isDecided).map(({ policy, againstBaseline }): Series => {
    const points = (againstBaseline?.savings ?? []).flatMap(({ share, saved, low, high }): SeriesPoint[] =>
      saved === null ? [] : [{ x: share, value: saved, low, high }],
    );
    return { name: policy, colour: colours.get(policy) as string, points };
  });
  const drawn = series.filter(({ points }) => points.length > 0);
  if (!drawn.some(({ points }) => points.length > 1)) return null;
  return {
    name: figureName('savings', result.split),
    title: `Labels saved against ${baseline} on ${result.split}`,
    caption: `Labels saved to reach a share of ${baseline}'s total gain, with 95 % bootstrap intervals over seeds; a point without a bar has no lower bound.`,
    ...lineFigure({
      title: `Labels saved on ${result.split}`,
      x: { title: `share of ${baseline}'s total gain`, format: '.0%', values: SAVINGS_SHARES },
      y: { title: `labels saved against ${baseline}`, format: '.0%' },
      series: drawn.map((one, index) => ({ ...one, points: dodge(one.points, index - (drawn.length - 1) / 2) })),
      interval: 'bar',
      guide: [SAVINGS_SHARES[0], SAVINGS_SHARES.at(-1) as number].map((x) => ({ x, y: 0 })),
    }),
  };
}

/** Moves points sideways a little so that intervals of several policies can be told apart. */
const dodge = (points: readonly SeriesPoint[], steps: number): SeriesPoint[] =>
  points.map((point) => ({ ...point, x: point.x + 0.006 * steps }));
