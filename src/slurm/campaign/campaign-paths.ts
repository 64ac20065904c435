import { join } from 'node:path';

/** Every path of a campaign, in one place. */
export interface CampaignPaths {
  /** Root of the campaign: the directory of a sweep or of an extraction. */
  readonly root: string;
  /** Directory of all files that concern Slurm. */
  readonly slurm: string;
  readonly manifest: string;
  readonly units: string;
  /** The configuration as given, and the configuration merged with those that it extends. */
  readonly config: string;
  readonly tree: string;
  readonly lock: string;
  /** Marks of a cancelled campaign, and of units that were cancelled by name. */
  readonly cancel: string;
  readonly cancelled: string;
  readonly attempts: string;
  readonly results: string;
  readonly submissions: string;
}

/** The paths of the campaign at `root`. */
export function campaignPaths(root: string): CampaignPaths {
  const at = (name: string): string => join(root, 'slurm', name);
  return {
    root,
    slurm: join(root, 'slurm'),
    manifest: at('campaign.json'),
    units: at('units.jsonl'),
    config: at('config.yaml'),
    tree: at('tree.json'),
    lock: at('LOCK'),
    cancel: at('CANCEL'),
    cancelled: at('cancelled'),
    attempts: at('attempts'),
    results: at('results'),
    submissions: at('submissions'),
  };
}
