import { type Command, Option } from 'commander';
import { CURVE_METRICS, type CurveMetric } from '../../evaluation/metrics/split-metrics.ts';

/** What a comparison is asked for on the command line. */
export interface ComparisonFlags {
  readonly baseline: string;
  readonly metric: CurveMetric;
  readonly split?: string;
  readonly json?: boolean;
}

/** Adds the runs to compare and how; `json` says what `--json` prints. */
export const withComparisonFlags = (command: Command, described: { readonly json: string }): Command =>
  withComparisonOptions(command.argument('<run...>', 'run directories, or directories that hold some'), described);

/** Adds only how to compare. */
export const withComparisonOptions = (command: Command, { json }: { readonly json: string }): Command =>
  command
    .option('--baseline <name>', 'policy the others are compared with', 'random')
    .addOption(new Option('--metric <name>', 'primary metric').choices(CURVE_METRICS).default('logLikelihood'))
    .option('--split <name>', 'primary split (default: test)')
    .option('--json', json);
