import { ballIds, ballStart, type Balls } from './balls.ts';
import { type Lists, listsOfSizes } from './lists.ts';

/** For every prompt with items in the pool, the prompts whose ball holds it, ascending: the reverse of `balls`. */
export function reachedBy(balls: Balls, remaining: Int32Array): Lists {
  const lists = listsOfSizes(countReached(balls, remaining));
  const next = lists.offsets.slice();
  for (let prompt = 0; prompt < remaining.length; prompt++) {
    const ids = ballIds(balls, prompt);
    const start = ballStart(balls, prompt);
    const end = start + balls.extent[prompt]!;
    for (let at = start; at < end; at++) {
      const member = ids[at]!;
      if (remaining[member] !== 0) lists.values[next[member]!++] = prompt;
    }
  }
  return lists;
}

function countReached(balls: Balls, remaining: Int32Array): Int32Array {
  const counts = new Int32Array(remaining.length);
  for (let prompt = 0; prompt < remaining.length; prompt++) {
    const ids = ballIds(balls, prompt);
    const start = ballStart(balls, prompt);
    const end = start + balls.extent[prompt]!;
    for (let at = start; at < end; at++) {
      const member = ids[at]!;
      if (remaining[member] !== 0) counts[member]!++;
    }
  }
  return counts;
}
