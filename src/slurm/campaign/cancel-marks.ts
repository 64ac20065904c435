import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory, removeFile, writeFileAtomic } from '../../base/files/files.ts';
import type { CampaignPaths } from './campaign-paths.ts';

/** Marks a whole campaign (`null`), or some of its units, as cancelled: jobs neither begin nor resume them. */
export function markCancelled(paths: CampaignPaths, units: readonly string[] | null): void {
  const time = `${new Date().toISOString()}\n`;
  if (units === null) return writeFileAtomic(paths.cancel, time, 0o600);
  makeDirectory(paths.cancelled);
  for (const unit of units) writeFileAtomic(join(paths.cancelled, unit), time, 0o600);
}

/** Whether a unit, or the whole campaign, is cancelled. */
export const isCancelled = (paths: CampaignPaths, unit: string): boolean =>
  existsSync(paths.cancel) || existsSync(join(paths.cancelled, unit));

/** The units that were cancelled by name. */
export const listCancelled = ({ cancelled }: CampaignPaths): ReadonlySet<string> =>
  new Set(existsSync(cancelled) ? readdirSync(cancelled) : []);

/** Removes the marks of the campaign and of these units, which are submitted again. */
export function clearCancelled(paths: CampaignPaths, units: readonly string[]): void {
  removeFile(paths.cancel);
  for (const unit of units) removeFile(join(paths.cancelled, unit));
}

/** Reason that is recorded for a cancelled unit. */
export const CANCELLED = 'it was cancelled; run `balpm slurm submit` to continue';
