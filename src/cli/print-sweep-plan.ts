import type { CostEstimate } from '../loop/estimate-cost.ts';
import type { RunPlan } from '../loop/plan.ts';
import type { CommandIo } from './command.ts';
import { describeCost } from './describe-cost.ts';
import { renderTable } from './render-table.ts';
import { showPath } from './show-path.ts';

/** The runs of a sweep and what each of them costs. */
export interface SweepPlan {
  readonly plans: readonly RunPlan[];
  readonly estimates: readonly CostEstimate[];
  readonly byPeople: boolean;
}

/** Prints the runs of a sweep with what they ask for and cost together (`--dry-run`). */
export function printSweepPlan(root: string, sweep: SweepPlan, json: boolean, io: CommandIo): void {
  const { plans, byPeople } = sweep;
  for (const problem of new Set(plans.flatMap(({ damagedRuns }) => damagedRuns)))
    io.note(`an earlier run was left out: ${problem}`);
  const cells = plans.map(({ run, arm, seed, rounds, labels }) => ({
    run: showPath(run),
    policy: arm,
    seed,
    rounds,
    labels,
  }));
  const total = totalOf(sweep);
  if (json) {
    io.printDocument({ sweep: showPath(root), cells, total });
    return;
  }
  io.printLines(renderTable(cells));
  io.print('');
  io.print(
    `total   ${total.runs} runs, ${total.labels} labels (and ${total.validationLabels} validation labels charged)`,
  );
  describeCost({ ...total, byPeople }).forEach((line, index) =>
    io.print(`  ${index === 0 ? 'cost' : '    '}  ${line}`),
  );
  io.print('        times are those of one run after the other');
}

/** Sums over runs; the time or the operations are unknown when those of one run are. */
function totalOf({ plans, estimates }: SweepPlan) {
  const sum = (of: (plan: RunPlan) => number): number => plans.reduce((total, plan) => total + of(plan), 0);
  const isCounted = plans.every(({ trainingFlop }) => trainingFlop !== null);
  const isTimed = plans.every(({ secondsFromEarlierRuns }) => secondsFromEarlierRuns !== null);
  return {
    runs: plans.length,
    labels: sum(({ labels }) => labels),
    validationLabels: sum(({ validationLabels }) => validationLabels),
    trainingFlop: isCounted ? sum((plan) => plan.trainingFlop as number) : null,
    estimate: sumOf(estimates),
    secondsFromEarlierRuns: isTimed ? sum((plan) => plan.secondsFromEarlierRuns as number) : null,
  };
}

/** Seconds add up, memory does not: one run follows the other. */
function sumOf(estimates: readonly CostEstimate[]): CostEstimate {
  const known = estimates.flatMap((estimate) => ('unknown' in estimate ? [] : [estimate]));
  const [first] = known;
  if (first === undefined || known.length < estimates.length)
    return estimates.find((estimate) => 'unknown' in estimate) ?? { unknown: 'there is no run' };
  return {
    seconds: known.reduce((sum, { seconds }) => sum + seconds, 0),
    memoryMiB: Math.max(...known.map(({ memoryMiB }) => memoryMiB)),
    trial: first.trial,
  };
}
