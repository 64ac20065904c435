import type { MethodChoice } from '../../config/method-choice.ts';
import { describeAbsent } from '../../experiment/planning/describe-absent.ts';
import type { RunPlan } from '../../experiment/planning/plan.ts';
import type { CommandIo } from '../command.ts';
import { type Cost, describeCost } from '../terminal/describe-cost.ts';
import { describeDisk } from '../terminal/describe-disk.ts';
import { describePreset } from '../terminal/describe-preset.ts';
import { showPath } from '../terminal/show-path.ts';

/** The plan of a run, with why its policy and posterior are those, and what a preset gave. */
interface ExplainedPlan extends RunPlan {
  readonly method: string;
  readonly preset: MethodChoice['preset'];
  /** Whether head or training were left to the features and labels. */
  readonly isSettled: boolean;
}

/** Prints the plan of a run (`--dry-run`). */
export function printPlan(plan: ExplainedPlan, cost: Cost, json: boolean, io: CommandIo): void {
  for (const problem of plan.damagedRuns) io.note(`an earlier run was left out: ${problem}`);
  const run = showPath(plan.run);
  if (json) {
    io.printDocument({ plan: { ...plan, run, estimate: cost.estimate } });
    return;
  }
  const splits = Object.entries(plan.splits).map(([name, count]) => `${count} ${name}`);
  io.print(`run ${run}   (not started)`);
  io.print(`  data    ${plan.pool} pairs over ${plan.prompts} prompts in the pool · ${splits.join(' · ')}`);
  for (const line of describeAbsent([plan], showPath)) io.print(`          ${line}`);
  io.print(`  policy  ${plan.arm}, seed ${plan.seed}`);
  io.print(`  method  ${plan.method}`);
  if (plan.isSettled) io.print(`  heads   ${describeSettings(plan.settings)}`);
  if (plan.preset !== null) io.print(`  preset  ${describePreset(plan.preset)}`);
  io.print(
    `  plan    ${describeSchedule(plan)} = ${plan.labels} labels (and ${plan.validationLabels} validation labels charged)`,
  );
  describeCost(cost).forEach((line, index) => io.print(`  ${index === 0 ? 'cost' : '    '}    ${line}`));
  io.print(`  disk    ${describeDisk({ ...plan.disk, storeMiB: plan.stores.reduce((sum, { mib }) => sum + mib, 0) })}`);
}

const describeSettings = ({ head: { layers, init }, training: { lr, epochs } }: RunPlan['settings']): string =>
  `${layers.join('-')} (${init}), rate ${lr}, at most ${epochs} epochs: what the configuration leaves open is set by feature width and labels`;

const describeSchedule = ({ rounds, initial, batch }: RunPlan): string =>
  rounds === 1 ? `1 round: ${initial} labels` : `${rounds} rounds: ${initial} labels, then ${batch} a round`;
