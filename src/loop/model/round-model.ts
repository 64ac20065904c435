import type { FeatureSource, FeatureSpace, MeasureName, NeighbourSource } from '../../acquisition/policy.ts';
import type { MemberSummary } from '../../posterior/fit.ts';
import type { NoiseReport } from '../../protocol/noise-models.ts';
import type { RunState } from '../state.ts';

/** What a posterior says of N pairs (a, b). */
export interface Prediction {
  readonly samples: number;
  /** Logit differences r(a) − r(b) of S posterior samples, row-major S × N. */
  readonly logits: Float32Array;
  /** Measures that do not follow from the samples, N each. */
  readonly measures: Readonly<Partial<Record<MeasureName, Float64Array>>>;
}

/** The posterior of one round: what it learnt, and what it says of pairs (rows (a, b), n × 2). */
export interface RoundPosterior {
  readonly members: readonly MemberSummary[];
  /** What it assumes of noise, one a store it was fitted on; empty under constant noise. */
  readonly noise: readonly NoiseReport[];
  /** Squared logits by form over squared logits by form and those by features, of the labelled pairs; null where the reward does not see it. */
  readonly covariateShare: number | null;
  readonly predict: (pairs: Int32Array) => Promise<Prediction>;
  /** Asks the worker something with its handle of this posterior; a worker that has lost it fits it again first. */
  readonly ask: <Answer>(question: (handle: string) => Promise<Answer>) => Promise<Answer>;
}

/** The learning side of a run; nothing in it is a durable fact, all of it can be made again from the state. */
export interface RoundModel {
  /** Trains on every label of the rounds 0..round. */
  readonly fit: (round: number, state: RunState) => Promise<RoundPosterior>;
  /** Trains on what the state says is labelled, whichever batches that came in; the posterior is not kept. */
  readonly fitApart: (round: number, state: RunState) => Promise<RoundPosterior>;
  /** The neighbour graph over the pool's prompts with `neighbours` entries a row. */
  readonly neighbours: (neighbours: number) => Promise<NeighbourSource>;
  /** Features of the pool's items; those of the latent space are the posterior's of `round`. */
  readonly features: (space: FeatureSpace, round: number, state: RunState) => Promise<FeatureSource>;
}
