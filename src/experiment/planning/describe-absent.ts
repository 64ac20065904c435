import type { RunPlan } from './plan.ts';

/** What the sizes of plans rest on where data are not there yet, in sentences; nothing where all are. */
export function describeAbsent(
  plans: readonly Pick<RunPlan, 'absent' | 'guessed'>[],
  show: (path: string) => string,
): string[] {
  const absent = distinct(plans.flatMap((plan) => plan.absent));
  const guessed = distinct(plans.flatMap((plan) => plan.guessed));
  if (absent.length === 0) return [];
  return [
    `sizes from the paper, the data are not there yet: ${absent.map(show).join(', ')}`,
    'which prompts and answers occur twice is not known: every pair counts with its own',
    ...(guessed.length > 0 ? [`the width of ${guessed.map(show).join(', ')} is a guess: that of the 7B model`] : []),
  ];
}

const distinct = (paths: readonly string[]): string[] => [...new Set(paths)];
