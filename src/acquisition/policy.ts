import type { z } from 'zod';
import type { OwnMeasureName, SampleMeasureName } from '../measures/index.ts';
import type { RandomStream } from '../random/stream.ts';

/**
 * Scores per item a policy may ask for, from posterior samples or told by the posterior; `external:NAME` is the numeric column NAME
 * that came with the data (an LLM's next-token entropy, a price).
 */
export type MeasureName = SampleMeasureName | OwnMeasureName | `external:${string}`;

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
  /**
   * How many acquired items lie within `radius[u]` of prompt u after the reference's pool-only shift (method.md 2).
   * `remaining` and `acquired` count the pool's and the acquired items of every prompt (size); 0 where none remains.
   */
  readonly shiftedCounts: (remaining: Int32Array, acquired: Int32Array, radius: Float64Array) => Promise<Int32Array>;
}

/** The posterior samples behind the measures, for policies that weigh joint outcomes; logits are r(a) − r(b). */
export interface SampleSource {
  /** Number of posterior samples S. */
  readonly samples: number;
  /** Logits of some items, row-major (S × items). */
  readonly logits: (items: Int32Array) => Promise<Float32Array>;
  /** Logits of the unlabelled pairs the model will be judged on, row-major (S × targets); null where there are none. */
  readonly targetLogits: (() => Promise<Float32Array>) | null;
}

/** Where an item can be placed: its prompt's features, φ(a) − φ(b), or the same difference in the head's last layer. */
export type FeatureSpace = 'prompt' | 'pair' | 'latent';

/** A walk through a feature space, away from what is there already. */
interface SpreadRequest {
  /** Items to choose from; ties go to the earlier one. */
  readonly candidates: Int32Array;
  /** Items that count as chosen before; may be empty. */
  readonly centres: Int32Array;
  readonly picks: number;
  /** What the features of each candidate are multiplied by; null: 1. */
  readonly scale: Float64Array | null;
  /**
   * Null: next is the candidate farthest from the nearest centre or pick. Otherwise one draw of [0, 1) a pick: next is
   * the candidate the draw falls on when each weighs the square of that distance (k-means++).
   */
  readonly draws: Float64Array | null;
}

/** A greedy choice for the determinant of an information matrix. */
interface LogDetRequest {
  readonly candidates: Int32Array;
  /** Weight w of each candidate in Σ w·x·xᵀ. */
  readonly weights: Float64Array;
  /** Items whose information is there already, and their weights. */
  readonly known: Int32Array;
  readonly knownWeights: Float64Array;
  /** The information matrix starts as this many times the identity. */
  readonly ridge: number;
  readonly picks: number;
}

/** A clustering of items by k-means. */
interface ClusterRequest {
  readonly items: Int32Array;
  /** Positions in `items` the centres are learnt on. */
  readonly learntOn: Int32Array;
  readonly clusters: number;
  /** One draw of [0, 1) a cluster, for k-means++. */
  readonly draws: Float64Array;
  readonly iterations: number;
}

/** Chosen positions among the candidates, in order, and what each was worth when it was chosen. */
export interface Trail {
  readonly positions: Int32Array;
  readonly values: Float64Array;
}

/** Feature rows of items in the space the policy asked for, and what is computed of them where they are. */
export interface FeatureSource {
  readonly dimension: number;
  /** Features of some items, row-major (items × dimension). */
  readonly rows: (items: Int32Array) => Promise<Float32Array>;
  /** min(picks, candidates) picks; values are distances to the nearest centre or pick before, +inf where there was none. */
  readonly spread: (request: SpreadRequest) => Promise<Trail>;
  /** min(picks, candidates) picks of the largest growth of ln det; values are the growths. */
  readonly logDet: (request: LogDetRequest) => Promise<Trail>;
  /** The cluster of each item, 0..clusters−1; some may be empty. */
  readonly clusters: (request: ClusterRequest) => Promise<Int32Array>;
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
  /** Present when the policy asked for samples. */
  readonly samples: SampleSource | null;
  /** Present when the policy asked for features, in that space. */
  readonly features: FeatureSource | null;
  /** Group of every item (N) for clustered policies; null means group by prompt. */
  readonly groups: Int32Array | null;
  /** The policy's named random stream of this round. */
  readonly stream: RandomStream;
  /** Tells the person one thing worth knowing about this round, as a whole sentence. */
  readonly note: (sentence: string) => void;
}

/** One chosen item with its score and the terms that explain it (null where the policy has none). */
export interface Pick {
  readonly item: number;
  readonly score: number | null;
  readonly terms: Readonly<Record<string, number>>;
  /**
   * Probability in (0, 1] that the item is in this round's batch given the pool that the policy chose from and its
   * scores (and, where the policy says so, the draws of the other items); absent where the policy knows none.
   */
  readonly inclusion?: number;
}

/** What the loop must provide for a policy to decide; start from `NO_NEEDS` and add. */
export interface PolicyNeeds {
  readonly measures: readonly MeasureName[];
  /** Neighbours a row of the graph should list, 0 when no graph is needed. */
  readonly neighbours: number;
  readonly samples: boolean;
  /** Whether `samples.targetLogits` is asked for: the run must then have an evaluated split. */
  readonly targets: boolean;
  readonly features: FeatureSpace | null;
}

/** A policy that decides from the pool alone. */
export const NO_NEEDS: PolicyNeeds = { measures: [], neighbours: 0, samples: false, targets: false, features: null };

/** How much a pool holds before anything is acquired. */
export interface PoolSize {
  readonly items: number;
  readonly prompts: number;
}

/** A policy with its options fixed: picks min(batch, pool) distinct items of the pool, in order. */
export interface Policy {
  readonly needs: PolicyNeeds;
  /** Which items of the pool have no chance, where picks have inclusion probabilities and some have none. */
  readonly neverPicks?: string;
  /** Why a pool of this size cannot serve from the start, as "k 50: the pool has 20 prompts, …"; absent or null when it can. */
  readonly objection?: (pool: PoolSize) => string | null;
  readonly select: (context: PolicyContext) => Promise<readonly Pick[]>;
}

/** A policy as the table lists it: name, sentence, strict options (all with defaults), constructor. */
export interface PolicyDefinition<Options extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  /** Why picks carry no inclusion probability, as the rest of a sentence; absent where they do. */
  readonly noInclusion?: string;
  /** Options that earlier versions did not have: at their defaults they are no part of a run's identity. */
  readonly laterOptions?: readonly string[];
  // A method, so that the table can hold definitions of different options.
  create(options: z.output<Options>): Policy;
}

/** Declares a policy; identity at run time, inference at compile time. */
export const definePolicy = <Options extends z.ZodObject>(
  definition: PolicyDefinition<Options>,
): PolicyDefinition<Options> => definition;
