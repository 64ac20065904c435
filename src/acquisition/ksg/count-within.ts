import { ballIds, ballStart, type Balls } from './balls.ts';

/** Items of `copies` (items per prompt) inside every ball (U); 0 for prompts without a ball. */
export function countWithin(balls: Balls, copies: Int32Array): Int32Array {
  const counts = new Int32Array(balls.graph.size);
  for (let prompt = 0; prompt < counts.length; prompt++) {
    const ids = ballIds(balls, prompt);
    const start = ballStart(balls, prompt);
    const end = start + balls.extent[prompt]!;
    let count = 0;
    for (let at = start; at < end; at++) count += copies[ids[at]!]!;
    counts[prompt] = count;
  }
  return counts;
}
