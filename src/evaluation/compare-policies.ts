import type { Arm, Arms } from './arms.ts';
import type { AgainstBaseline, PolicyResult } from './comparison.ts';
import { type Judgement, judgeDifferences } from './judge-differences.ts';
import { areaUnderCurve } from './metrics/area-under-curve.ts';
import { orientation } from './metrics/curve-metrics.ts';
import type { CurveMetric } from './metrics/split-metrics.ts';
import type { RunRecord } from './run-record.ts';
import { referenceSavings, savings } from './savings.ts';
import type { Estimate } from './statistics/estimate.ts';
import { studentInterval } from './statistics/student-interval.ts';

/** What is compared: one metric on one split. */
export interface Question {
  readonly metric: CurveMetric;
  readonly split: string;
}

/** Runs of a policy and the baseline's runs of the same seeds, in the same order; both empty when they share none. */
interface Pair {
  readonly policy: readonly RunRecord[];
  readonly baseline: readonly RunRecord[];
}

/** Every arm's curve, area and final value, and each arm but the baseline against it; Holm runs over those arms. */
export function comparePolicies(arms: Arms, baseline: Arm | null, question: Question): PolicyResult[] {
  const pairs = arms.arms.map((arm) => pairUp(arm, baseline));
  const differences = pairs.map((pair) => areaDifferences(arms, pair, question));
  const judgements = judgeDifferences(differences, orientation(question.metric));
  return arms.arms.map((arm, index) => {
    const [pair, judgement] = [pairs[index] as Pair, judgements[index]];
    if (!judgement) return { ...describe(arms, arm.runs, question), againstBaseline: null };
    const versus = { ...against(arms, pair, question), ...stated(judgement, pair, differences[index] as number[]) };
    return { ...describe(arms, pair.policy, question), againstBaseline: versus };
  });
}

function pairUp(arm: Arm, baseline: Arm | null): Pair {
  if (!baseline || arm === baseline) return { policy: [], baseline: [] };
  const partners = new Map(baseline.runs.map((run) => [run.seed, run]));
  const policy = arm.runs.filter((run) => partners.has(run.seed));
  return { policy, baseline: policy.map((run) => partners.get(run.seed) as RunRecord) };
}

const curveOf = (run: RunRecord, { metric, split }: Question): number[] =>
  run.rounds.map((round) => round.splits[split]?.[metric] ?? Number.NaN);

function areaDifferences({ labels }: Arms, pair: Pair, question: Question): number[] {
  const area = (run: RunRecord): number => areaUnderCurve(labels, curveOf(run, question));
  return pair.policy.map((run, index) => area(run) - area(pair.baseline[index] as RunRecord));
}

function describe(arms: Arms, runs: readonly RunRecord[], question: Question): Omit<PolicyResult, 'againstBaseline'> {
  const curves = runs.map((run) => curveOf(run, question));
  const curve = arms.labels.map((_, index) => studentInterval(curves.map((values) => values[index] as number)));
  return {
    policy: (runs[0] as RunRecord).policy,
    seeds: runs.map((run) => run.seed),
    area: studentInterval(curves.map((values) => areaUnderCurve(arms.labels, values))),
    final: curve.at(-1) as Estimate,
    curve,
  };
}

function stated(
  judgement: Judgement,
  pair: Pair,
  differences: readonly number[],
): Pick<AgainstBaseline, 'difference' | 'verdict'> {
  const bySeed = differences.map((value, index) => ({ seed: (pair.policy[index] as RunRecord).seed, value }));
  const { interval, p, pAdjusted, verdict } = judgement;
  return { difference: { bySeed, ...interval, p, pAdjusted }, verdict };
}

function against(arms: Arms, pair: Pair, question: Question): Omit<AgainstBaseline, 'difference' | 'verdict'> {
  const sign = orientation(question.metric);
  const oriented = (runs: readonly RunRecord[]): number[][] =>
    runs.map((run) => curveOf(run, question).map((value) => sign * value));
  const curves = { policy: oriented(pair.policy), baseline: oriented(pair.baseline) };
  return {
    savings: savings({ ...curves, labels: arms.labels }),
    savingsCharged: savings({ ...curves, labels: arms.labelsCharged }),
    referenceSavings: referenceSavings(curves.policy, curves.baseline),
  };
}
