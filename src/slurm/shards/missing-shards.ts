import { EXIT_STATUS } from '../../base/errors.ts';
import type { Campaign } from '../campaign/campaign.ts';
import { listStandings, writeResult } from '../campaign/results.ts';
import type { ShardUnit } from '../campaign/unit.ts';
import { isShardThere, shardsFolder } from './shard-files.ts';

/** Shards that do not lie there whole; one that once did, and of which parts are gone, is to be done again. */
export function missingShards(campaign: Campaign): ShardUnit[] {
  const { units, paths } = campaign;
  const missing = units.filter(
    (unit): unit is ShardUnit => unit.kind === 'shard' && !isShardThere(shardsFolder(paths), unit),
  );
  const standings = listStandings(paths.results);
  for (const unit of missing) if (standings.get(unit.id) === 'done') reopenShard(campaign, unit, 'its parts are gone');
  return missing;
}

/** A shard that was done is to be done again; parts that are whole are kept then. */
export function reopenShard({ paths }: Campaign, { id }: ShardUnit, message: string): void {
  const about = { unit: id, standing: 'paused', exitStatus: EXIT_STATUS.stopped, digest: null, job: 'none' } as const;
  writeResult(paths.results, { ...about, message, time: new Date().toISOString() });
}
