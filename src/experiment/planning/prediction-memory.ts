import type { ExperimentConfig } from '../../config/experiment.ts';
import { posteriorOf } from '../../posterior/index.ts';
import { settled } from '../../posterior/settled.ts';

/** Rows are judged in blocks; so much of the widest layer of all heads together is one (python_worker/posterior). */
const BLOCK_MIB = 64;
/** The inputs of a layer, its outputs, and the features as they are read. */
const BLOCKS = 3;

/** MiB that predictions take at most beside the features, on stores of these dimensions; unknown of a model of the user's own: 0. */
export function predictionMiB(
  { posterior }: ExperimentConfig,
  responses: number,
  dimensions: readonly number[],
): number {
  const heads = posteriorOf(posterior.type).heads(posterior) ?? 0;
  const widest = Math.max(...dimensions, heads * Math.max(...settled(posterior).head.layers, 1));
  return heads === 0 ? 0 : BLOCKS * Math.min(BLOCK_MIB, (4 * widest * responses) / 2 ** 20);
}
