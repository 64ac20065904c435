import { join } from 'node:path';
import { BalpmError, dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import type { RunRecord } from '../../evaluation/run-record.ts';
import { readRunRecord } from '../../ledger/read-run-record.ts';
import { readEnding, runPaths } from '../../ledger/run-directory.ts';
import { isOfCell } from '../submission/cell-config.ts';
import { shellWord } from '../submission/shell-word.ts';
import type { Campaign } from './campaign.ts';
import { listStandings, readResult, type Standing } from './results.ts';
import type { CellUnit } from './unit.ts';

/** The completed cells of a campaign, checked, in order of name, and those that are not done. */
export interface CollectedCells {
  readonly records: readonly RunRecord[];
  readonly missing: readonly string[];
}

/**
 * Reads every completed cell: recomputes its digest and compares it with the one its job recorded, and compares its
 * configuration with the submitted one.
 * @throws BalpmError (stopped) when some are not done, unless `isPartial`; (data) when a digest or configuration differs.
 */
export async function collectCells(campaign: Campaign, isPartial: boolean): Promise<CollectedCells> {
  const standings = listStandings(campaign.paths.results);
  const cells = campaign.units.filter((unit): unit is CellUnit => unit.kind === 'cell');
  const done = cells.filter(({ id }) => isDone(campaign, id, standings));
  const isCollected = new Set(done.map(({ id }) => id));
  const missing = cells.flatMap(({ id }) => (isCollected.has(id) ? [] : [id]));
  if (missing.length > 0 && (!isPartial || done.length === 0)) throw incomplete(campaign, missing);
  const ordered = done.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const records = await Promise.all(ordered.map((cell) => readRunRecord(join(campaign.paths.root, cell.id))));
  const problems = ordered.flatMap((cell, index) => problemOf(campaign, cell, records[index] as RunRecord));
  if (problems.length > 0) throw unfit(campaign, problems);
  return { records, missing };
}

/** Recorded by its job, or completed without Slurm. */
const isDone = ({ paths }: Campaign, id: string, standings: ReadonlyMap<string, Standing>): boolean =>
  standings.get(id) === 'done' || readEnding(runPaths(join(paths.root, id))) === 'DONE';

function problemOf({ paths }: Campaign, cell: CellUnit, record: RunRecord): string[] {
  const { id } = cell;
  const expected = readResult(paths.results, id, 'done')?.digest ?? record.digest;
  if (record.status !== 'done') return [`run '${id}' is recorded as done, but its ledger is incomplete`];
  if (record.digest !== expected)
    return [`run '${id}' has digest ${short(record.digest)}, but its job recorded ${short(expected)}`];
  if (!isOfCell(record.config as ExperimentConfig, cell))
    return [`the configuration of run '${id}' is not the submitted one`];
  return [];
}

const short = (digest: string): string => `${digest.slice(0, 12)}…`;

const MOST = 10;
const some = (names: readonly string[], separator: string): string =>
  `${names.slice(0, MOST).join(separator)}${names.length > MOST ? ` and ${names.length - MOST} more` : ''}`;

const incomplete = ({ paths }: Campaign, missing: readonly string[]): BalpmError =>
  new BalpmError(
    'stopped',
    `Cannot collect ${quotePath(paths.root)}: ${missing.length} ${missing.length === 1 ? 'cell is' : 'cells are'} not done (${some(missing, ', ')}); see \`balpm slurm status ${shellWord(paths.root)}\`, or collect the completed cells with --allow-partial`,
  );

const unfit = ({ paths }: Campaign, problems: readonly string[]): BalpmError =>
  dataError(
    `Cannot collect ${quotePath(paths.root)}: ${some(problems, '; ')}; restore the runs, or remove them with their files in 'slurm/results' and submit again`,
  );
