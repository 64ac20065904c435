import { hashOf } from '../base/canonical-json.ts';
import { armName } from '../config/arm.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { sharedIdentity } from '../config/identity.ts';
import type { RunRecord } from '../evaluation/run-record.ts';
import { readEvents } from '../ledger/event-log.ts';
import { comparisonKeyOf } from '../ledger/read-run-record.ts';
import { runPaths } from '../ledger/run-directory.ts';
import type { FoundRun } from '../ledger/survey-runs.ts';
import { describeRun } from './identity.ts';
import type { Problem } from './problem.ts';

/** Median seconds of the finished runs of the same arm, settings and data, whatever their seed; null without any. */
export function earlierSeconds(found: readonly FoundRun[], config: ExperimentConfig, problem: Problem): number | null {
  const isLike = comparableWith(config, problem);
  const records = found.flatMap((run) => ('record' in run ? [run.record] : []));
  return median(records.filter(isLike).map(secondsOf));
}

/** A written dataset is told by its hashes; a synthetic world, which a plan does not write, by its parameters. */
function comparableWith(config: ExperimentConfig, problem: Problem): (record: RunRecord) => boolean {
  const isSameArm = ({ status, policy }: RunRecord): boolean => status === 'done' && policy === armName(config);
  if (config.data.type === 'directory') {
    const key = comparisonKeyOf(config, describeRun(config, problem));
    return (record) => isSameArm(record) && record.comparisonKey === key;
  }
  const settings = settingsOf(config);
  return (record) => isSameArm(record) && settingsOf(record.config as ExperimentConfig) === settings;
}

const settingsOf = (config: ExperimentConfig): string => hashOf({ shared: sharedIdentity(config), data: config.data });

/** Every step counts, those without a measured round too. */
const secondsOf = ({ path }: RunRecord): number =>
  readEvents(runPaths(path).events).reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);

function median(values: readonly number[]): number | null {
  const ordered = values.toSorted((a, b) => a - b);
  const middle = ordered.slice(Math.ceil(ordered.length / 2) - 1, Math.floor(ordered.length / 2) + 1);
  return middle.length === 0 ? null : middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
