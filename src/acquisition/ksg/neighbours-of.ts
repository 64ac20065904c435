import { BalpmError } from '../../base/errors.ts';
import type { NeighbourSource, PolicyContext } from '../policy.ts';

/** The neighbours a policy asked for. @throws BalpmError (internal) when the loop did not provide them. */
export function neighboursOf({ neighbours }: PolicyContext): NeighbourSource {
  if (neighbours) return neighbours;
  throw new BalpmError(
    'internal',
    'Cannot select by entropy: no neighbour graph was given, one over all prompts is needed',
  );
}
