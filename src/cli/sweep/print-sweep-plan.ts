import { formatMib } from '../../base/text/format-mib.ts';
import type { MethodChoice } from '../../config/method-choice.ts';
import type { CostEstimate } from '../../experiment/cost/estimate-cost.ts';
import { describeAbsent } from '../../experiment/planning/describe-absent.ts';
import type { RunPlan } from '../../experiment/planning/plan.ts';
import type { CommandIo } from '../command.ts';
import { describeCost } from '../terminal/describe-cost.ts';
import { type Disk, describeDisk } from '../terminal/describe-disk.ts';
import { describePreset } from '../terminal/describe-preset.ts';
import { formatDuration } from '../terminal/render-progress.ts';
import { renderTable } from '../terminal/render-table.ts';
import { showPath } from '../terminal/show-path.ts';

/** The runs of a sweep and what each of them costs. */
export interface SweepPlan {
  readonly plans: readonly RunPlan[];
  readonly estimates: readonly CostEstimate[];
  readonly byPeople: boolean;
  readonly preset: MethodChoice['preset'];
}

/** Prints the runs of a sweep with what each and all of them ask for and cost (`--dry-run`). */
export function printSweepPlan(root: string, sweep: SweepPlan, json: boolean, io: CommandIo): void {
  const { plans, byPeople, preset } = sweep;
  for (const problem of new Set(plans.flatMap(({ damagedRuns }) => damagedRuns)))
    io.note(`an earlier run was left out: ${problem}`);
  const total = totalOf(sweep);
  if (json) {
    const { absent, guessed } = { absent: distinctOf(plans, 'absent'), guessed: distinctOf(plans, 'guessed') };
    io.printDocument({ sweep: showPath(root), preset, cells: cellsOf(sweep), total: { ...total, absent, guessed } });
    return;
  }
  io.printLines(renderTable(rowsOf(sweep)));
  io.print('');
  for (const line of describeAbsent(plans, showPath)) io.print(`        ${line}`);
  if (preset !== null) io.print(`preset  ${describePreset(preset)}`);
  io.print(
    `total   ${total.runs} runs, ${total.labels} labels (and ${total.validationLabels} validation labels charged)`,
  );
  describeCost({ ...total, byPeople }).forEach((line, index) =>
    io.print(`  ${index === 0 ? 'cost' : '    '}  ${line}`),
  );
  io.print('        times are those of one run after the other; choosing batches is not in them');
  io.print(`  disk  ${describeDisk(total.disk)}`);
}

const distinctOf = (plans: readonly RunPlan[], key: 'absent' | 'guessed'): string[] => [
  ...new Set(plans.flatMap((plan) => plan[key])),
];

/** Every run with what it costs by itself. */
const cellsOf = ({ plans, estimates }: SweepPlan) =>
  plans.map(({ run, arm, seed, rounds, labels, disk }, index) => ({
    run: showPath(run),
    policy: arm,
    seed,
    rounds,
    labels,
    estimate: figuresOf(estimates[index] as CostEstimate),
    disk,
  }));

/** Of one run; what they rest on is that of all and stands with the total. */
const figuresOf = (estimate: CostEstimate) => {
  if ('unknown' in estimate) return estimate;
  const { seconds, roundSeconds, memoryMiB } = estimate;
  return { seconds, roundSeconds, memoryMiB };
};

const rowsOf = (sweep: SweepPlan) =>
  cellsOf(sweep).map(({ estimate, disk, ...row }) => ({
    ...row,
    time: 'unknown' in estimate ? 'unknown' : formatDuration(estimate.seconds),
    memory: 'unknown' in estimate ? 'unknown' : formatMib(estimate.memoryMiB),
    disk: formatMib(disk.keptMiB + (disk.workMiB ?? 0)),
  }));

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
    disk: diskOf(plans),
    secondsFromEarlierRuns: isTimed ? sum((plan) => plan.secondsFromEarlierRuns as number) : null,
  };
}

/** What is kept adds up; one run works at a time, and stores are shared. */
function diskOf(plans: readonly RunPlan[]): Disk {
  const works = plans.map(({ disk }) => disk.workMiB);
  const sizes = new Map(plans.flatMap(({ stores }) => stores.map(({ path, mib }) => [path, mib])));
  return {
    keptMiB: plans.reduce((sum, { disk }) => sum + disk.keptMiB, 0),
    workMiB: works.some((work) => work === null) ? null : most(works as number[]),
    storeMiB: [...sizes.values()].reduce((sum, mib) => sum + mib, 0),
  };
}

/** Seconds add up, memory does not: one run follows the other. */
function sumOf(estimates: readonly CostEstimate[]): CostEstimate {
  const known = estimates.flatMap((estimate) => ('unknown' in estimate ? [] : [estimate]));
  const [first] = known;
  if (first === undefined || known.length < estimates.length)
    return estimates.find((estimate) => 'unknown' in estimate) ?? { unknown: 'there is no run' };
  return {
    ...first,
    seconds: known.reduce((sum, { seconds }) => sum + seconds, 0),
    roundSeconds: most(known.map(({ roundSeconds }) => roundSeconds)),
    memoryMiB: most(known.map(({ memoryMiB }) => memoryMiB)),
  };
}

const most = (values: readonly number[]): number => values.reduce((largest, value) => Math.max(largest, value), 0);
