import type { Arm } from './arms.ts';

/** What a reader must know of the seeds: policies without partners, and a missing baseline. */
export function comparisonNotes(arms: readonly Arm[], baseline: Arm | null, baselineName: string): string[] {
  if (!baseline)
    return [`there is no finished run of '${baselineName}': differences, savings and verdicts are left out`];
  return arms.filter((arm) => arm !== baseline).flatMap((arm) => unpairedNote(arm, baseline));
}

function unpairedNote(arm: Arm, baseline: Arm): string[] {
  const missing = [...withoutPartner(arm, baseline), ...withoutPartner(baseline, arm)];
  if (missing.length === 0) return [];
  const verb = missing.length === 1 ? 'run has' : 'runs have';
  return [
    `${arm.policy} against ${baseline.policy}: ${missing.length} ${verb} no partner of the same seed, left out of this comparison (${missing.join(', ')})`,
  ];
}

function withoutPartner(arm: Arm, other: Arm): string[] {
  const seeds = new Set(other.runs.map((run) => run.seed));
  return arm.runs.filter((run) => !seeds.has(run.seed)).map((run) => `${arm.policy} seed ${run.seed}`);
}
