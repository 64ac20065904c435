import type { RunPlan } from '../loop/plan.ts';
import type { CommandIo } from './command.ts';
import { formatDuration } from './render-progress.ts';

/** Prints the plan of a run (`--dry-run`). */
export function printPlan(plan: RunPlan, json: boolean, io: CommandIo): void {
  if (json) {
    io.printDocument({ plan });
    return;
  }
  const splits = Object.entries(plan.splits).map(([name, count]) => `${count} ${name}`);
  const seconds = plan.secondsFromEarlierRuns;
  io.print(`run ${plan.run}   (not started)`);
  io.print(`  data    ${plan.pool} pairs over ${plan.prompts} prompts in the pool · ${splits.join(' · ')}`);
  io.print(`  policy  ${plan.arm}, seed ${plan.seed}`);
  io.print(
    `  plan    ${plan.rounds} rounds: ${plan.initial} labels, then ${plan.batch} a round = ${plan.labels} labels (and ${plan.validationLabels} validation labels charged)`,
  );
  io.print(
    `  cost    training at most ${plan.trainingFlop.toExponential(1)} floating-point operations; ${seconds === null ? 'no earlier run to time it by' : `about ${formatDuration(seconds)} (median of earlier runs)`}`,
  );
}
