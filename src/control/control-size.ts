/**
 * Items of a batch that are drawn at random for control: ⌈share · batch⌉, but never more than half of the batch (rounded
 * down), so that there are as many picks to compare them with.
 */
export const controlSize = (share: number, batch: number): number =>
  share === 0 ? 0 : Math.min(Math.ceil(share * batch - ROUNDING), Math.floor(batch / 2));

/** 0.07 · 100 is a little above 7. */
const ROUNDING = 1e-9;
