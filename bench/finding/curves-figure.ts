import type { Arm } from '../../src/evaluation/arms.ts';
import { studentInterval } from '../../src/evaluation/statistics/student-interval.ts';
import { figureName } from '../../src/figures/figure-name.ts';
import { lineFigure, type Series } from '../../src/figures/line-figure.ts';
import { ARM_COLOURS } from './arm-colours.ts';
import { narrowed, type PageFigure, renderPanels } from './panels.ts';

const SPLITS = ['test', 'ood'] as const;

/**
 * Log-likelihood against labels of every arm of a world on test and ood, mean over the seeds that all arms have with its
 * interval; null where there is no such seed.
 */
export async function curvesFigure(world: string, all: readonly Arm[]): Promise<PageFigure | null> {
  const arms = pairedArms(all);
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
  const seeds = arms[0]!.runs.length;
  return {
    name: figureName('curves', world),
    svg: await renderPanels(panels),
    caption: `Held-out log-likelihood against labels, ${world}: mean over ${seeds === 1 ? 'the one seed' : `the ${seeds} seeds`} that all arms have, with its 95 % Student interval; higher is better.`,
  };
}

/** Ticks at the quarters of the budget. */
const quarters = (series: readonly Series[]): readonly number[] => {
  const last = Math.max(...series.flatMap(({ points }) => points.map(({ x }) => x)));
  return [0.25, 0.5, 0.75, 1].map((share) => share * last);
};

/** The arms with their runs of the seeds that all of them have; none where there is no such seed. */
export function pairedArms(arms: readonly Arm[]): readonly Arm[] {
  const paired = arms.map(({ policy, runs }) => ({
    policy,
    runs: runs.filter(({ seed }) => arms.every((other) => other.runs.some((run) => run.seed === seed))),
  }));
  return paired.filter(({ runs }) => runs.length > 0);
}

/** Rounds that every run of the arm has; a split that was not measured has no point. */
export function curveOf({ policy, runs }: Arm, split: string): Series {
  const rounds = Math.min(...runs.map((run) => run.rounds.length));
  const points = Array.from({ length: rounds }, (_value, round) => {
    const values = runs.flatMap((run) => run.rounds[round]!.splits[split]?.logLikelihood ?? []);
    return values.length === 0 ? [] : [{ x: runs[0]!.rounds[round]!.labels, ...studentInterval(values) }];
  });
  return { name: policy, colour: ARM_COLOURS.get(policy) ?? '#333333', points: points.flat() };
}
