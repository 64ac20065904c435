import { usageError } from '../base/errors.ts';
import { canonicalJson } from '../base/text/canonical-json.ts';
import { configDifferences } from '../config/config-differences.ts';
import type { RunRecord } from './run-record.ts';

/** The runs of one policy, one a seed, seeds ascending. */
export interface Arm {
  readonly policy: string;
  readonly runs: readonly RunRecord[];
}

/** A run that takes no part in the comparison, and why. */
interface LeftOut {
  readonly run: string;
  readonly reason: string;
}

/** Comparable runs by policy, the baseline first and the rest by name, on the label axis they share. */
export interface Arms {
  readonly arms: readonly Arm[];
  readonly leftOut: readonly LeftOut[];
  /** Runs beside the arms that label the whole pool of the same data at once; `leftOut` names them too. */
  readonly upperBounds: readonly RunRecord[];
  readonly labels: readonly number[];
  readonly labelsCharged: readonly number[];
}

/**
 * Sorts run records into arms. Unfinished runs, repeats of a run and, beside other runs, those that label the
 * whole pool at once are left out by name.
 * @throws BalpmError (usage) when no run is finished, or runs were made under different conditions.
 */
export function collectArms(records: readonly RunRecord[], baseline: string): Arms {
  const leftOut: LeftOut[] = [];
  const sorted = records.toSorted((left, right) => compareText(left.id, right.id));
  const { curves: finished, upperBounds } = setUpperBoundsApart(
    sorted.filter((record) => keepFinished(record, leftOut)),
    leftOut,
  );
  const first = finished[0];
  if (!first) throw usageError(`Cannot compare runs: ${nothingFinished(records)}, at least one finished run is needed`);
  for (const record of finished) checkComparable(first, record);
  const unique = withoutRepeats(finished, leftOut);
  return {
    arms: groupByPolicy(unique, baseline),
    leftOut,
    upperBounds: upperBounds.filter((record) => dataOf(record) === dataOf(first)),
    labels: first.rounds.map((round) => round.labels),
    labelsCharged: first.rounds.map((round) => round.labelsCharged),
  };
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const nothingFinished = (records: readonly RunRecord[]): string =>
  records.length === 0 ? 'there are none' : `none of ${records.length} is finished`;

function keepFinished(record: RunRecord, leftOut: LeftOut[]): boolean {
  const kept = record.status === 'done' && record.rounds.length > 0;
  if (!kept)
    leftOut.push({
      run: record.id,
      reason: `not finished (${record.status}, ${record.rounds.length} rounds measured)`,
    });
  return kept;
}

/** A run that labels the whole pool at once has one point and no curve: it is compared with its like only. */
function setUpperBoundsApart(records: readonly RunRecord[], leftOut: LeftOut[]): UpperBounds {
  const curves = records.filter((record) => !labelsWholePool(record));
  if (curves.length === 0) return { curves: records, upperBounds: [] };
  const upperBounds = records.filter(labelsWholePool);
  const reason = 'an upper bound that labels the whole pool at once (acquisition.initial: all)';
  leftOut.push(...upperBounds.map(({ id }) => ({ run: id, reason })));
  return { curves, upperBounds };
}

interface UpperBounds {
  readonly curves: readonly RunRecord[];
  readonly upperBounds: readonly RunRecord[];
}

const dataOf = ({ config }: RunRecord): string => canonicalJson([config['data'], config['splits']]);

function labelsWholePool({ config }: RunRecord): boolean {
  const acquisition = (config['acquisition'] ?? {}) as Readonly<Record<string, unknown>>;
  return acquisition['initial'] === 'all';
}

function checkComparable(first: RunRecord, other: RunRecord): void {
  if (first.comparisonKey !== other.comparisonKey) {
    const differences = configDifferences(first.config, other.config);
    const found = differences.length > 0 ? differences.join('; ') : 'the dataset, its labels or the features differ';
    throw usageError(
      `Cannot compare run '${other.id}' with '${first.id}': ${found}, equal conditions but policy and seed are needed`,
    );
  }
  const [mine, theirs] = [labelAxis(first), labelAxis(other)];
  if (mine === theirs) return;
  throw usageError(
    `Cannot compare run '${other.id}' with '${first.id}': they were measured at labels ${theirs} and ${mine}, equal rounds are needed`,
  );
}

const labelAxis = (record: RunRecord): string => summary(record.rounds.map((round) => round.labels));

const summary = (labels: readonly number[]): string => `${labels.join(', ')} (${labels.length} rounds)`;

function withoutRepeats(records: readonly RunRecord[], leftOut: LeftOut[]): RunRecord[] {
  const seen = new Map<string, RunRecord>();
  return records.filter((record) => {
    const key = canonicalJson([record.policy, record.seed]);
    const earlier = seen.get(key);
    if (!earlier) seen.set(key, record);
    else checkRepeat(earlier, record, leftOut);
    return !earlier;
  });
}

function checkRepeat(earlier: RunRecord, record: RunRecord, leftOut: LeftOut[]): void {
  checkSamePolicy(earlier, record);
  if (earlier.digest !== record.digest) {
    throw usageError(
      `Cannot compare runs: '${earlier.id}' and '${record.id}' are both '${record.policy}' with seed ${record.seed} but their ` +
        'digests differ, one run a policy and seed is needed',
    );
  }
  leftOut.push({ run: record.id, reason: `same run as ${earlier.id}` });
}

function checkSamePolicy(first: RunRecord, other: RunRecord): void {
  const [mine, theirs] = [policyOptions(first), policyOptions(other)];
  if (mine === theirs) return;
  throw usageError(
    `Cannot compare runs: '${first.id}' and '${other.id}' are both named '${first.policy}' but their policies differ ` +
      `(${mine} against ${theirs}), a name of its own (acquisition.name) is needed for each`,
  );
}

function policyOptions(record: RunRecord): string {
  const acquisition = (record.config['acquisition'] ?? {}) as Readonly<Record<string, unknown>>;
  const policy = acquisition['policy'];
  const { columns = null, groups = null } = record.itemFiles ?? {};
  const files = columns === null && groups === null ? {} : { columns, groups };
  return canonicalJson({ policy, options: typeof policy === 'string' ? acquisition[policy] : undefined, ...files });
}

function groupByPolicy(records: readonly RunRecord[], baseline: string): Arm[] {
  const names = [...new Set(records.map((record) => record.policy))].toSorted(
    (left, right) => rank(left, baseline) - rank(right, baseline) || compareText(left, right),
  );
  return names.map((policy) => {
    const runs = records.filter((record) => record.policy === policy).toSorted((left, right) => left.seed - right.seed);
    for (const run of runs) checkSamePolicy(runs[0] as RunRecord, run);
    return { policy, runs };
  });
}

const rank = (policy: string, baseline: string): number => (policy === baseline ? 0 : 1);
