import { type Judgement, judgeDifferences } from '../../src/evaluation/judge-differences.ts';
import { areaUnderCurve } from '../../src/evaluation/metrics/area-under-curve.ts';
import type { RunRecord } from '../../src/evaluation/run-record.ts';
import type { Estimate } from '../../src/evaluation/statistics/estimate.ts';
import { studentInterval } from '../../src/evaluation/statistics/student-interval.ts';

/** An arm in a world on one split: mean area under its log-likelihood curve and what it is against the baseline. */
export interface ArmResult {
  readonly world: string;
  readonly arm: string;
  readonly split: string;
  readonly seeds: number;
  readonly area: Estimate;
  readonly judgement: Judgement | null;
}

/** The finished runs of one world. */
export interface WorldRuns {
  readonly world: string;
  readonly runs: readonly RunRecord[];
}

/** Every arm of every world on one split against the baseline, paired by seed, all in one family (Holm). */
export function judgeArms(worlds: readonly WorldRuns[], baseline: string, split: string): readonly ArmResult[] {
  const cells = worlds.flatMap(({ world, runs }) => {
    const areas = areasOf(runs, split);
    const base = areas.get(baseline) ?? new Map<number, number>();
    return [...areas].map(([arm, bySeed]) => ({
      world,
      arm,
      areas: [...bySeed.values()],
      differences:
        arm === baseline
          ? []
          : [...bySeed].filter(([seed]) => base.has(seed)).map(([seed, area]) => area - base.get(seed)!),
    }));
  });
  const judgements = judgeDifferences(
    cells.map(({ differences }) => differences),
    1,
  );
  return cells.map(({ world, arm, areas }, index) => ({
    world,
    arm,
    split,
    seeds: areas.length,
    area: studentInterval(areas),
    judgement: judgements[index] ?? null,
  }));
}

/** Area of each run by arm and seed; runs that have not ended are left out. */
function areasOf(runs: readonly RunRecord[], split: string): Map<string, Map<number, number>> {
  const areas = new Map<string, Map<number, number>>();
  for (const { policy, seed, status, rounds } of runs) {
    if (status !== 'done') continue;
    const values = rounds.map((round) => round.splits[split]!.logLikelihood);
    const bySeed = areas.get(policy) ?? new Map<number, number>();
    areas.set(
      policy,
      bySeed.set(
        seed,
        areaUnderCurve(
          rounds.map(({ labels }) => labels),
          values,
        ),
      ),
    );
  }
  return areas;
}
