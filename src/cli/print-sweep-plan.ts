import type { RunPlan } from '../loop/plan.ts';
import type { CommandIo } from './command.ts';
import { describeCost } from './describe-cost.ts';
import { renderTable } from './render-table.ts';
import { showPath } from './show-path.ts';

/** Prints the runs of a sweep with what they ask for and cost together (`--dry-run`). */
export function printSweepPlan(root: string, plans: readonly RunPlan[], json: boolean, io: CommandIo): void {
  for (const problem of new Set(plans.flatMap(({ damagedRuns }) => damagedRuns)))
    io.note(`an earlier run was left out: ${problem}`);
  const cells = plans.map(({ run, arm, seed, rounds, labels }) => ({
    run: showPath(run),
    policy: arm,
    seed,
    rounds,
    labels,
  }));
  const total = totalOf(plans);
  if (json) {
    io.printDocument({ sweep: showPath(root), cells, total });
    return;
  }
  io.printLines(renderTable(cells));
  io.print('');
  io.print(
    `total   ${total.runs} runs, ${total.labels} labels (and ${total.validationLabels} validation labels charged)`,
  );
  io.print(`  cost  ${describeCost(total)}${total.secondsFromEarlierRuns === null ? '' : ', one run after the other'}`);
}

/** Sums over runs; the time or the operations are unknown when those of one run are. */
function totalOf(plans: readonly RunPlan[]) {
  const sum = (of: (plan: RunPlan) => number): number => plans.reduce((total, plan) => total + of(plan), 0);
  const isCounted = plans.every(({ trainingFlop }) => trainingFlop !== null);
  const isTimed = plans.every(({ secondsFromEarlierRuns }) => secondsFromEarlierRuns !== null);
  return {
    runs: plans.length,
    labels: sum(({ labels }) => labels),
    validationLabels: sum(({ validationLabels }) => validationLabels),
    trainingFlop: isCounted ? sum((plan) => plan.trainingFlop as number) : null,
    secondsFromEarlierRuns: isTimed ? sum((plan) => plan.secondsFromEarlierRuns as number) : null,
  };
}
