import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCampaign } from '../../slurm/campaign/campaign.ts';
import { campaignPaths } from '../../slurm/campaign/campaign-paths.ts';
import { RUNS_DIRECTORY } from '../options/run-flags.ts';

/** Paths of the campaigns in the default directory of runs; none if that cannot be read. */
export function listCampaigns(): string[] {
  try {
    return readdirSync(RUNS_DIRECTORY)
      .map((name) => join(RUNS_DIRECTORY, name))
      .filter(isCampaign)
      .toSorted();
  } catch {
    return [];
  }
}

/** Ids of the units of the first campaign among the words of a command line. */
export function listUnits(words: readonly string[]): string[] {
  const root = words.find((word) => word !== '' && isCampaign(word));
  if (root === undefined) return [];
  try {
    const lines = readFileSync(campaignPaths(root).units, 'utf8').split('\n');
    return lines.flatMap((line) => (line === '' ? [] : [String((JSON.parse(line) as { id: unknown }).id)]));
  } catch {
    return [];
  }
}
