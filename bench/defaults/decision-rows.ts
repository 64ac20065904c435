import { BASELINE, DEFAULT_ARMS } from './arms.ts';
import { type ArmResult, judgeArms, type WorldRuns } from './judge-arms.ts';

/** The arm that differs from the other linear ones in its policy alone. */
const SAME_MODEL = 'linear-random';

export const DECISION_TITLES = [
  'world',
  'arm',
  'seeds',
  'area, test',
  `against ${BASELINE}, test`,
  'ood',
  `against ${SAME_MODEL}, test`,
];

/**
 * Rows of the decision's table: worlds in the order given, arms in theirs, each against the baseline on test and ood. The
 * last cell holds a linear arm against random picks on the same model, so that policy and model are told apart; these are
 * a family of their own (Holm).
 */
export function decisionRows(worlds: readonly WorldRuns[]): readonly (readonly string[])[] {
  const order = DEFAULT_ARMS.map(({ name }) => name);
  const place = ({ world }: ArmResult) => worlds.findIndex((one) => one.world === world);
  const ood = judgeArms(worlds, BASELINE, 'ood');
  const sameModel = judgeArms(worlds.map(linearRuns), SAME_MODEL, 'test');
  return judgeArms(worlds, BASELINE, 'test')
    .toSorted((one, other) => place(one) - place(other) || order.indexOf(one.arm) - order.indexOf(other.arm))
    .map((result) => [
      result.world,
      result.arm,
      `${result.seeds}`,
      result.area.value.toFixed(4),
      describe(result),
      describe(sameArm(ood, result)),
      describe(sameArm(sameModel, result)),
    ]);
}

const linearRuns = ({ world, runs }: WorldRuns): WorldRuns => ({
  world,
  runs: runs.filter(({ policy }) => policy.startsWith('linear-')),
});

const sameArm = (results: readonly ArmResult[], { world, arm }: ArmResult): ArmResult | undefined =>
  results.find((one) => one.world === world && one.arm === arm);

function describe(result: ArmResult | undefined): string {
  if (!result?.judgement) return '–';
  const { value, low, high } = result.judgement.interval;
  return `${signed(value)} [${signed(low)}, ${signed(high)}] ${result.judgement.verdict.answer}`;
}

const signed = (value: number | null): string =>
  value === null ? '?' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
