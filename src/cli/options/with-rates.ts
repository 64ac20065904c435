import type { Command } from 'commander';
import { usageError } from '../../base/errors.ts';
import { type CostEstimate, estimateCosts } from '../../experiment/cost/estimate-cost.ts';
import { readRates, writeRates } from '../../experiment/cost/rates.ts';
import type { CommandIo } from '../command.ts';

/** Where the figures of a dry run come from, and go to. */
export interface RatesFlags {
  readonly dryRun?: boolean;
  readonly rates?: string;
  readonly saveRates?: string;
}

/** Adds `--rates` and `--save-rates`. */
export const withRates = (command: Command): Command =>
  command
    .option(
      '--rates <file>',
      'with --dry-run: estimate by what another machine was measured to do, in the place of a trial',
    )
    .option('--save-rates <file>', 'with --dry-run: write (or add) what the trials on this machine measured')
    .hook('preAction', (_hooked, called) => assertTogether(called.opts<RatesFlags>()));

function assertTogether({ dryRun, rates, saveRates }: RatesFlags): void {
  const given = rates === undefined ? '--save-rates' : '--rates';
  if (rates === undefined && saveRates === undefined) return;
  if (!dryRun) throw usageError(`Cannot use ${given}: a run is timed by itself; add --dry-run`);
  if (rates !== undefined && saveRates !== undefined)
    throw usageError('Cannot use --save-rates: with --rates nothing is measured here; give one of the two');
}

/** Estimates planned runs as the flags say. @throws BalpmError (usage) for rates that lack a trial or cannot be read. */
export async function estimateBy(
  flags: RatesFlags,
  runs: Parameters<typeof estimateCosts>[0],
  io: CommandIo,
): Promise<readonly CostEstimate[]> {
  const rates = flags.rates === undefined ? undefined : await readRates(flags.rates);
  const { estimates, measured, machine } = await estimateCosts(runs, { signal: io.signal, rates });
  if (flags.saveRates === undefined) return estimates;
  if (machine === null) throw usageError(nothingMeasured(flags.saveRates, estimates));
  await writeRates(flags.saveRates, { machine, date: new Date().toISOString(), trials: measured });
  return estimates;
}

function nothingMeasured(file: string, estimates: readonly CostEstimate[]): string {
  const why = estimates.find((estimate) => 'unknown' in estimate)?.unknown ?? 'there is no run';
  return `Cannot save rates to '${file}': no trial was made (${why}); give a configuration that can be tried here`;
}
