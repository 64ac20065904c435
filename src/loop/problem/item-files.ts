import type { ExperimentConfig } from '../../config/experiment.ts';
import type { Dataset } from '../../data/dataset.ts';
import { type Column, readColumns } from '../../data/items/read-columns.ts';
import { type ItemGroups, readGroups } from '../../data/items/read-groups.ts';

/** What files of the user's say of the items of the pool's split. */
export interface ItemFiles {
  readonly columns: ReadonlyMap<string, Column>;
  /** Null: none are configured. */
  readonly groups: ItemGroups | null;
}

/** No such files. */
export const NO_ITEM_FILES: ItemFiles = { columns: new Map(), groups: null };

/** Reads `data.columns` and `acquisition.groups`. @throws BalpmError (data) */
export async function readItemFiles(config: ExperimentConfig, { splits }: Dataset): Promise<ItemFiles> {
  const split = splits.get(config.splits.pool);
  if (split === undefined) return NO_ITEM_FILES; // prepareProblem() refuses such a pool
  const { groups } = config.acquisition;
  return {
    columns: await readColumns(config.data.columns, split),
    groups: groups === null ? null : await readGroups(groups, split),
  };
}
