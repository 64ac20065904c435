import { batchStatistics } from '../../../src/evaluation/metrics/batch-statistics.ts';
import type { SplitMetrics } from '../../../src/evaluation/metrics/split-metrics.ts';
import type { RoundRecord, RunRecord } from '../../../src/evaluation/run-record.ts';
import { openStream, type RandomStream } from '../../../src/random/stream.ts';

/** A world of learning curves with a known answer. */
export interface SimulatedWorld {
  /** Labels a policy makes of one: 1 is random's efficiency, 1.3 reaches the same level with 1/1.3 of the labels. */
  readonly efficiency: Readonly<Record<string, number>>;
  readonly seeds: readonly number[];
  readonly rounds: number;
  /** Standard deviation of the AR(1) noise of a curve. */
  readonly noise: number;
  /** Name of the world's random stream. */
  readonly world: string;
}

const FIRST = 40;
const STEP = 40;
const CORRELATION = 0.7;

/** Finished runs of every policy and seed; a seed's own level is shared by all policies, as pairing does. */
export const simulatedRuns = (world: SimulatedWorld): RunRecord[] =>
  world.seeds.flatMap((seed) => Object.keys(world.efficiency).map((policy) => simulatedRun(world, policy, seed)));

/** Log-likelihood on `test` by round: a saturating curve, the seed's level, and the policy's own correlated noise. */
export function simulatedCurve(world: SimulatedWorld, policy: string, seed: number): number[] {
  const level = 0.002 * openStream([world.world, 'seed', seed]).normal();
  const noise = correlatedNoise(openStream([world.world, 'noise', policy, seed]), world);
  return labelAxis(world.rounds).map((labels, round) => {
    const effective = FIRST + (labels - FIRST) * (world.efficiency[policy] ?? 1);
    return -0.69 + 0.08 * (1 - Math.exp(-effective / 400)) + level + (noise[round] as number);
  });
}

/** Labels of every round. */
export const labelAxis = (rounds: number): number[] =>
  Array.from({ length: rounds }, (_, round) => FIRST + STEP * round);

function correlatedNoise(stream: RandomStream, { rounds, noise }: SimulatedWorld): number[] {
  let value = noise * stream.normal();
  return Array.from({ length: rounds }, () => {
    const now = value;
    value = CORRELATION * value + noise * Math.sqrt(1 - CORRELATION ** 2) * stream.normal();
    return now;
  });
}

function simulatedRun(world: SimulatedWorld, policy: string, seed: number): RunRecord {
  const curve = simulatedCurve(world, policy, seed);
  return {
    id: `${policy}-s${seed}`,
    path: `runs/${policy}-s${seed}`,
    status: 'done',
    policy,
    seed,
    comparisonKey: 'same',
    config: { seed, acquisition: { policy, batch: STEP }, validation: { charged: true } },
    digest: `digest-of-${policy}-${seed}`,
    rounds: curve.map((value, round) => simulatedRound(world, { policy, round, value })),
  };
}

function simulatedRound(world: SimulatedWorld, at: { policy: string; round: number; value: number }): RoundRecord {
  const labels = FIRST + STEP * at.round;
  const unique = Math.round(STEP * (at.policy === 'random' ? 0.6 : 0.9));
  const last = at.round === world.rounds - 1;
  return {
    round: at.round,
    labels,
    labelsCharged: labels + 100,
    splits: { test: metrics(at.value), ood: metrics(at.value - 0.01), validation: metrics(at.value) },
    batch: last
      ? null
      : {
          size: STEP,
          uniquePrompts: unique,
          uniquePromptsSoFar: FIRST + unique * (at.round + 1),
          statistics: at.policy === 'random' ? {} : batchStatistics(picks(at.round)),
        },
    seconds: 1.5,
  };
}

/** Picks whose uncertainty falls from round to round; the score is twice the uncertainty. */
function picks(round: number) {
  const epistemic = Array.from({ length: STEP }, (_, pick) => (STEP - pick) / STEP / (round + 1));
  return { scores: epistemic.map((value) => 2 * value), terms: { epistemic } };
}

function metrics(logLikelihood: number): SplitMetrics {
  return {
    count: 400,
    logLikelihood,
    accuracy: 1.19 + logLikelihood,
    brier: -logLikelihood / 3,
    ece: 0.03,
    epistemic: 0.01,
    predictive: 0.6,
    aleatoric: 0.59,
    variance: 0.004,
    spearman: {
      brier: { epistemic: 0.1, predictive: 0.4, aleatoric: 0.3, variance: 0.2 },
      error: { epistemic: 0.05, predictive: 0.25, aleatoric: null, variance: 0.15 },
    },
    calibration: Array.from({ length: 15 }, (_, bin) => ({
      confidence: (bin + 0.5) / 15,
      frequency: 0.5 + 0.8 * ((bin + 0.5) / 15 - 0.5),
      count: 27,
    })),
  };
}
