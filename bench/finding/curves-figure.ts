import type { Arm } from '../../src/evaluation/arms.ts';
import { studentInterval } from '../../src/evaluation/student-interval.ts';
import { figureName } from '../../src/figures/figure-name.ts';
import { lineFigure, type Series } from '../../src/figures/line-figure.ts';
import { ARM_COLOURS } from './arm-colours.ts';
import { narrowed, type PageFigure, renderPanels } from './panels.ts';

const SPLITS = ['test', 'ood'] as const;

/** Log-likelihood against labels of every arm of a world on test and ood, mean over seeds with its interval. */
export async function curvesFigure(world: string, arms: readonly Arm[]): Promise<PageFigure | null> {
  const panels = SPLITS.flatMap((split) => {
    const series = arms.map((arm) => curveOf(arm, split)).filter(({ points }) => points.length > 0);
    if (series.length === 0) return [];
    const { spec } = lineFigure({
      title: `${world}, ${split}`,
      x: { title: 'labels acquired', format: ',d', values: quarters(series) },
      y: { title: 'log-likelihood (nats a pair)', format: '.2f' },
      series,
      interval: 'band',
    });
    return narrowed(spec);
  });
  if (panels.length === 0) return null;
  const seeds = Math.min(...arms.map(({ runs }) => runs.length));
  return {
    name: figureName('curves', world),
    svg: await renderPanels(panels),
    caption: `Held-out log-likelihood against labels, ${world}: mean over ${seeds} or more seeds with its 95 % Student interval; higher is better.`,
  };
}

/** Ticks at the quarters of the budget. */
const quarters = (series: readonly Series[]): readonly number[] => {
  const last = Math.max(...series.flatMap(({ points }) => points.map(({ x }) => x)));
  return [0.25, 0.5, 0.75, 1].map((share) => share * last);
};

/** Rounds that every run of the arm has; a split that was not measured has no point. */
export function curveOf({ policy, runs }: Arm, split: string): Series {
  const rounds = Math.min(...runs.map((run) => run.rounds.length));
  const points = Array.from({ length: rounds }, (_value, round) => {
    const values = runs.flatMap((run) => run.rounds[round]!.splits[split]?.logLikelihood ?? []);
    return values.length === 0 ? [] : [{ x: runs[0]!.rounds[round]!.labels, ...studentInterval(values) }];
  });
  return { name: policy, colour: ARM_COLOURS.get(policy) ?? '#333333', points: points.flat() };
}
