import { judgeDifferences } from '../src/evaluation/judge-differences.ts';
import { areaUnderCurve } from '../src/evaluation/metrics/area-under-curve.ts';
import type { Verdict } from '../src/evaluation/verdict.ts';
import { labelAxis, simulatedCurve } from '../test/evaluation/oracles/simulated-runs.ts';

// How often the verdict is right, on simulated learning curves with AR(1) noise: `tsx bench/null-verdict.ts [COMPARISONS]`.

const ROUNDS = 20;
const comparisons = Number(process.argv[2] ?? 2000);
const seedsOf = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

interface Case {
  readonly seeds: number;
  readonly efficiency: number;
  readonly noise: number;
}

interface Outcome {
  readonly answer: Verdict['answer'];
  readonly covered: boolean;
}

const areaOf = (curve: readonly number[]): number => areaUnderCurve(labelAxis(ROUNDS), curve);

/** What is true of the two policies: the difference of their areas without noise. */
function trueDifference({ efficiency }: Case): number {
  const world = { efficiency: { random: 1, policy: efficiency }, seeds: [1], rounds: ROUNDS, noise: 0, world: 'truth' };
  return areaOf(simulatedCurve(world, 'policy', 1)) - areaOf(simulatedCurve(world, 'random', 1));
}

function compareOnce(one: Case, index: number): Outcome {
  const seeds = seedsOf(one.seeds);
  const world = {
    efficiency: { random: 1, policy: one.efficiency },
    seeds,
    rounds: ROUNDS,
    noise: one.noise,
    world: `${one.efficiency} ${one.noise} ${index}`,
  };
  const area = (policy: string, seed: number): number => areaOf(simulatedCurve(world, policy, seed));
  const judgement = judgeDifferences([seeds.map((seed) => area('policy', seed) - area('random', seed))], 1)[0];
  const { low, high } = judgement?.interval ?? { low: null, high: null };
  const truth = trueDifference(one);
  return {
    answer: judgement?.verdict.answer ?? 'undecided',
    covered: low !== null && high !== null && low <= truth && truth <= high,
  };
}

function report(one: Case): string {
  const outcomes = Array.from({ length: comparisons }, (_, index) => compareOnce(one, index));
  const share = (holds: (outcome: Outcome) => boolean): string =>
    `${((100 * outcomes.filter(holds).length) / comparisons).toFixed(1)}%`.padStart(9);
  const answers = (['yes', 'no', 'undecided'] as const).map((answer) => share((outcome) => outcome.answer === answer));
  const label = [one.seeds, one.efficiency, one.noise].map((value) => String(value).padStart(10)).join('');
  return `${label}${answers.join('')}${share(({ covered }) => covered)}`;
}

const CASES: readonly Case[] = [
  ...[5, 10, 20].flatMap((seeds) => [0.001, 0.004].map((noise) => ({ seeds, efficiency: 1, noise }))),
  ...[5, 10].flatMap((seeds) => [0.8, 1.1, 1.3].map((efficiency) => ({ seeds, efficiency, noise: 0.002 }))),
];

process.stdout.write(`${comparisons} comparisons a row; efficiency 1 is the null: identical policies\n`);
process.stdout.write('     seeds efficiency     noise      yes       no undecided  covered\n');
for (const one of CASES) process.stdout.write(`${report(one)}\n`);
