import { largest } from '../../math/largest.ts';
import { drawWithoutReplacement } from '../../random/stream.ts';
import { measureOf } from '../context.ts';
import type { PolicyContext } from '../policy.ts';

/** The `count` positions of the pool with the largest epistemic uncertainty, in pool order; all when there are fewer. */
export function mostUncertain(context: PolicyContext, count: number): Int32Array {
  const epistemic = measureOf(context, 'epistemic');
  return count >= epistemic.length ? everyPosition(epistemic.length) : largest(epistemic, count).sort();
}

/** `count` of `size` positions drawn from the policy's stream, ascending; all, and no draw, when there are fewer. */
export function drawPositions({ stream }: PolicyContext, size: number, count: number): Int32Array {
  const every = everyPosition(size);
  return count >= size ? every : Int32Array.from(drawWithoutReplacement(stream, Array.from(every), count)).sort();
}

const everyPosition = (size: number): Int32Array => Int32Array.from({ length: size }, (_, position) => position);
