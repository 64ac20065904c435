import type { z } from 'zod';
import type { RandomStream } from '../random/stream.ts';

/** Scores per item a policy may ask for, computed from posterior samples or read from the dataset. */
export type MeasureName = 'epistemic' | 'predictive' | 'aleatoric' | 'variance' | 'lru' | 'external';

/**
 * The static neighbour graph over the run's distinct prompts (performance.md 3.2), prompts numbered 0..size−1.
 * Row u of `ids` and `distances` (K entries, row-major) is ascending by (distance, id), u itself first at 0.
 * Every prompt strictly nearer to u than `radius[u]` is listed.
 */
export interface NeighbourGraph {
  readonly size: number;
  readonly neighbours: number;
  readonly ids: Int32Array;
  readonly distances: Float64Array;
  readonly radius: Float64Array;
}

/** Where distances come from: the graph, and for the rare row it does not cover, the routine that made it. */
export interface NeighbourSource {
  readonly graph: NeighbourGraph;
  /** Distances from each query prompt to every prompt, row-major (queries × size), equal to the graph's to the last bit. */
  readonly distances: (queries: Int32Array) => Promise<Float64Array>;
  /** Counts of acquired items within `radius[u]` of prompt u after the reference's pool-only shift (method.md 2). */
  readonly shiftedCounts: (remaining: Int32Array, acquired: Int32Array, radius: Float64Array) => Promise<Int32Array>;
}

/** Everything a policy may see in one round. Items are numbered 0..N−1 over pool and acquired together. No labels. */
export interface PolicyContext {
  readonly round: number;
  readonly batch: number;
  /** Items still to be had, in pool order: ties break by position in it. */
  readonly pool: Int32Array;
  /** Items acquired in earlier rounds, in order of acquisition. */
  readonly acquired: Int32Array;
  /** Prompt number of every item (N). */
  readonly promptOf: Int32Array;
  /** Measures the policy asked for, aligned with `pool`. */
  readonly measures: Readonly<Partial<Record<MeasureName, Float64Array>>>;
  /** Present when the policy asked for neighbours. */
  readonly neighbours: NeighbourSource | null;
  /** Group of every item (N) for clustered policies; null means group by prompt. */
  readonly groups: Int32Array | null;
  /** The policy's named random stream of this round. */
  readonly stream: RandomStream;
}

/** One chosen item with its score and the terms that explain it (null where the policy has none). */
export interface Pick {
  readonly item: number;
  readonly score: number | null;
  readonly terms: Readonly<Record<string, number>>;
}

/** What the loop must provide for a policy to decide. */
export interface PolicyNeeds {
  readonly measures: readonly MeasureName[];
  /** Neighbours a row of the graph should list, 0 when no graph is needed. */
  readonly neighbours: number;
}

/** A policy with its options fixed: picks min(batch, pool) distinct items of the pool, in order. */
export interface Policy {
  readonly needs: PolicyNeeds;
  readonly select: (context: PolicyContext) => Promise<readonly Pick[]>;
}

/** A policy as the table lists it: name, sentence, option schema (all with defaults), constructor. */
export interface PolicyDefinition<Options extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly create: (options: z.output<Options>) => Policy;
}

/** Declares a policy; identity at run time, inference at compile time. */
export const definePolicy = <Options extends z.ZodType>(definition: PolicyDefinition<Options>): PolicyDefinition<Options> =>
  definition;
