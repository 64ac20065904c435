import { drawWithoutReplacement, openStream } from '../../random/stream.ts';

/** What a control slice is drawn from: the items that are left, as the batch of `round` of a run of this seed is begun. */
export interface ControlDraw {
  readonly seed: number;
  readonly round: number;
  readonly remaining: readonly number[];
  readonly size: number;
}

/** min(size, remaining) items in the order drawn, uniformly without replacement; seed and round decide, nothing else. */
export const drawControl = ({ seed, round, remaining, size }: ControlDraw): number[] =>
  drawWithoutReplacement(openStream([seed, 'control', round]), remaining, size);
