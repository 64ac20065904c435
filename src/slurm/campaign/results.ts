import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { systemCodeOf } from '../../base/errors.ts';
import { removeFile, writeFileAtomic } from '../../base/files/files.ts';
import { readAs } from './campaign.ts';

const STANDINGS = ['done', 'failed', 'paused'] as const;
/** Recorded state of a unit that no job works on. */
export type Standing = (typeof STANDINGS)[number];

const Result = z.strictObject({
  schemaVersion: z.literal(1),
  unit: z.string(),
  standing: z.enum(STANDINGS),
  /** Exit status of a run that ends so: 0 done, 75 stopped, 5 the worker failed, … */
  exitStatus: z.int(),
  /** Reason in one line; empty when it is done. */
  message: z.string(),
  /** Digest of a completed run, as printed by `balpm runs digest`. */
  digest: z.string().nullable(),
  job: z.string(),
  time: z.string(),
});
export type UnitResult = z.infer<typeof Result>;

const fileOf = (directory: string, unit: string, standing: Standing): string =>
  join(directory, `${unit}.${standing}.json`);

/** Records the state of a unit that no job works on, and replaces the earlier one. */
export function writeResult(directory: string, result: Omit<UnitResult, 'schemaVersion'>): void {
  const text = `${JSON.stringify({ schemaVersion: 1, ...result })}\n`;
  writeFileAtomic(fileOf(directory, result.unit, result.standing), text, 0o600);
  for (const other of STANDINGS) if (other !== result.standing) removeFile(fileOf(directory, result.unit, other));
}

/** Removes the record that a unit failed or is paused, because a job works on it again. */
export function clearResult(directory: string, unit: string): void {
  for (const standing of ['failed', 'paused'] as const) removeFile(fileOf(directory, unit, standing));
}

/** The result of a unit; null when a job has just removed it. @throws BalpmError (data) when the file is damaged. */
export function readResult(directory: string, unit: string, standing: Standing): UnitResult | null {
  const path = fileOf(directory, unit, standing);
  try {
    return readAs(Result, readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

const NAME = /^(.+)\.(done|failed|paused)\.json$/;

/** Standings of all units, from file names alone; if a kill left two files for a unit, `done` counts. */
export function listStandings(directory: string): Map<string, Standing> {
  const standings = new Map<string, Standing>();
  for (const name of readdirSync(directory)) {
    const [, unit, standing] = NAME.exec(name) ?? [];
    if (unit === undefined) continue;
    if (standings.get(unit) !== 'done') standings.set(unit, standing as Standing);
  }
  return standings;
}
