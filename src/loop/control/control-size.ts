import { shareOf } from '../../math/share-of.ts';

/**
 * Items of a batch that are drawn at random for control: ⌈share · batch⌉, but never more than half of the batch (rounded
 * down), so that there are as many picks to compare them with.
 */
export const controlSize = (share: number, batch: number): number =>
  Math.min(shareOf(share, batch), Math.floor(batch / 2));
