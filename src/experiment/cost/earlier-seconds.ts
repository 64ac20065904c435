import { hashOf } from '../../base/text/canonical-json.ts';
import { armName } from '../../config/arm.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { sharedIdentity } from '../../config/identity.ts';
import type { RunRecord } from '../../evaluation/run-record.ts';
import { readEvents } from '../../ledger/event-log.ts';
import { comparisonKeyOf } from '../../ledger/read-run-record.ts';
import { runPaths } from '../../ledger/run-directory.ts';
import type { FoundRun } from '../../ledger/survey-runs.ts';

/** Facts of a run's data, as its first event has them. */
type DataFacts = Parameters<typeof comparisonKeyOf>[1];

/**
 * Tells the median seconds of the finished runs of the same arm, settings and data as a configuration, whatever their seed;
 * null without any. Equal questions are answered once.
 */
export function earlierSeconds(
  found: readonly FoundRun[],
): (config: ExperimentConfig, facts: DataFacts) => number | null {
  const records = found.flatMap((run) => ('record' in run && run.record.status === 'done' ? [run.record] : []));
  const known = new Map<string, number | null>();
  return (config, facts) => {
    if (records.length === 0) return null;
    const { key, keyOf } = comparison(config, facts);
    const question = `${armName(config)} ${key}`;
    const like = () => records.filter((record) => record.policy === armName(config) && keyOf(record) === key);
    const median = known.has(question) ? (known.get(question) as number | null) : medianOf(like().map(secondsOf));
    known.set(question, median);
    return median;
  };
}

/** A written dataset is told by its hashes; a synthetic world, which a plan does not write, by its parameters. */
function comparison(config: ExperimentConfig, facts: DataFacts) {
  if (config.data.type === 'directory')
    return { key: comparisonKeyOf(config, facts), keyOf: (record: RunRecord) => record.comparisonKey };
  return { key: settingsOf(config), keyOf: (record: RunRecord) => settingsOf(record.config as ExperimentConfig) };
}

const settingsOf = (config: ExperimentConfig): string => hashOf({ shared: sharedIdentity(config), data: config.data });

/** Every step counts, those without a measured round too. */
const secondsOf = ({ path }: RunRecord): number =>
  readEvents(runPaths(path).events).reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);

function medianOf(values: readonly number[]): number | null {
  const ordered = values.toSorted((a, b) => a - b);
  const middle = ordered.slice(Math.ceil(ordered.length / 2) - 1, Math.floor(ordered.length / 2) + 1);
  return middle.length === 0 ? null : middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
