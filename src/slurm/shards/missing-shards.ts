import { EXIT_STATUS } from '../../base/errors.ts';
import type { Campaign } from '../campaign/campaign.ts';
import { listStandings, writeResult } from '../campaign/results.ts';
import type { ShardUnit } from '../campaign/unit.ts';
import { isShardThere, shardsFolder } from './shard-files.ts';

/** Shards that are incomplete; reopens a shard that was complete and has lost parts. */
export function missingShards(campaign: Campaign): ShardUnit[] {
  const { units, paths } = campaign;
  const missing = units.filter(
    (unit): unit is ShardUnit => unit.kind === 'shard' && !isShardThere(shardsFolder(paths), unit),
  );
  const standings = listStandings(paths.results);
  for (const unit of missing)
    if (standings.get(unit.id) === 'done') reopenShard(campaign, unit, 'its parts are missing');
  return missing;
}

/** Marks a completed shard as incomplete; intact parts are kept. */
export function reopenShard({ paths }: Campaign, { id }: ShardUnit, message: string): void {
  const about = { unit: id, standing: 'paused', exitStatus: EXIT_STATUS.stopped, digest: null, job: 'none' } as const;
  writeResult(paths.results, { ...about, message, time: new Date().toISOString() });
}
