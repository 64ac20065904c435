import { usageError } from '../base/errors.ts';
import type { Arm } from './arms.ts';

/** Splits whose items depend on what was selected: a metric on them says nothing about which policy is better. */
const SELECTED_SPLITS = new Set(['pool', 'labelled']);

/** Held-out splits that every run measured in every round: test first, then ood, then the rest by name. */
export function comparableSplits(arms: readonly Arm[]): string[] {
  const rounds = arms.flatMap((arm) => arm.runs.flatMap((run) => run.rounds));
  const names = Object.keys(rounds[0]?.splits ?? {}).filter((name) => !SELECTED_SPLITS.has(name));
  const everywhere = names.filter((name) => rounds.every((round) => name in round.splits));
  return everywhere.toSorted((left, right) => rank(left) - rank(right) || (left < right ? -1 : 1));
}

/** The split asked for, `test` by default, the first when there is no `test`. @throws BalpmError (usage) when unknown. */
export function primarySplit(splits: readonly string[], wanted: string | undefined): string {
  const split = splits.includes(wanted ?? 'test') ? (wanted ?? 'test') : wanted === undefined ? splits[0] : undefined;
  if (split !== undefined) return split;
  const found = splits.length === 0 ? 'no held-out split was measured' : `the runs measured ${splits.join(', ')}`;
  throw usageError(
    `Cannot compare runs on split '${wanted ?? 'test'}': ${found}, a split measured by every run is needed`,
  );
}

const rank = (split: string): number => (split === 'test' ? 0 : split === 'ood' ? 1 : 2);
