import { BASELINE, DEFAULT_ARMS } from './arms.ts';
import { type ArmResult, judgeArms, type WorldRuns } from './judge-arms.ts';

export const DECISION_TITLES = ['world', 'arm', 'seeds', 'area, test', `against ${BASELINE}, test`, 'ood'];

/** Rows of the decision's table: worlds in the order given, arms in theirs, each against the baseline on test and ood. */
export function decisionRows(worlds: readonly WorldRuns[]): readonly (readonly string[])[] {
  const order = DEFAULT_ARMS.map(({ name }) => name);
  const place = ({ world }: ArmResult) => worlds.findIndex((one) => one.world === world);
  const ood = judgeArms(worlds, BASELINE, 'ood');
  return judgeArms(worlds, BASELINE, 'test')
    .toSorted((one, other) => place(one) - place(other) || order.indexOf(one.arm) - order.indexOf(other.arm))
    .map((result) => [
      result.world,
      result.arm,
      `${result.seeds}`,
      result.area.value.toFixed(4),
      describe(result),
      describe(ood.find(({ world, arm }) => world === result.world && arm === result.arm)),
    ]);
}

function describe(result: ArmResult | undefined): string {
  if (!result?.judgement) return '–';
  const { value, low, high } = result.judgement.interval;
  return `${signed(value)} [${signed(low)}, ${signed(high)}] ${result.judgement.verdict.answer}`;
}

const signed = (value: number | null): string =>
  value === null ? '?' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
