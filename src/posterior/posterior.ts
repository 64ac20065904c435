import type { z } from 'zod';
import type { MeasureName } from '../acquisition/policy.ts';
import type { FormName } from '../data/answer-form/names.ts';
import type { PosteriorKind } from '../protocol/posterior-kinds.ts';
import type { NoiseType } from './noise/index.ts';

/** The dataset whose pairs are judged: its directory and content hash, for kinds that read its texts. */
export interface JudgedDataset {
  readonly path: string;
  readonly hash: string;
}

/** What a fit is made on: number `member` of the stores a posterior is fitted on, and the dataset they are of. */
interface FitPlace {
  readonly member: number;
  readonly dataset: JudgedDataset;
}

/** A kind of posterior as the table lists it; `Shape` are the keys it adds to `posterior`, all with defaults. */
export interface PosteriorDefinition<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly summary: string;
  readonly options: Shape;
  /** Measures of a pair that say something under this posterior; a policy that asks for another is refused. */
  readonly measures: readonly MeasureName[];
  /** Whether it takes `labels.ties: davidson`, a model in which a tie has a probability of its own; absent: it does not. */
  readonly hasTieModel?: true;
  /** Whether a policy can look into a last hidden layer: there is one reward head, or several on the same features. */
  readonly hasLatentSpace: boolean;
  // Methods, so that one table can hold kinds of different options.
  /** What posterior.fit is asked for on one of the stores it is fitted on; null: another operation fits it. */
  request(options: z.output<z.ZodObject<Shape>>, place: FitPlace): PosteriorKind | null;
  /**
   * Who chooses where a noise model leaves a choice: `validation`, in some rounds and kept between them, or the `fit`
   * itself, in every round; null: only constant noise can be assumed.
   */
  readonly noiseChosenBy: 'validation' | 'fit' | null;
  /** The noise model where the configuration names none. */
  readonly defaultNoise: NoiseType;
  /** What it looks at beside the labels: validation pairs (their labels are then charged), and the pool's pairs. */
  readonly learnsFrom: { readonly validation: boolean; readonly pool: boolean };
  /**
   * What the time of a fit grows with, so that a trial can tell a run's: optimiser steps over several epochs, or labels
   * once; null: its own runs alone can tell.
   */
  readonly costGrowsWith: 'steps' | 'labels' | null;
  /** Whether it can only be fitted where the loss is convex in the logits. */
  readonly needsConvexLoss: boolean;
  /** Whether it learns step by step, so that cross-fitting can say when it stops. */
  readonly learnsInSteps: boolean;
  /** Which forms of the answers' texts its reward may depend on beside their features; absent: none. */
  covariates?(options: z.output<z.ZodObject<Shape>>): 'auto' | readonly FormName[];
  /** Heads it trains on each feature store, null when that is not known. */
  heads(options: z.output<z.ZodObject<Shape>>): number | null;
  /** What of the configuration decides its results; absent: its options, `head` and `training`. */
  identity?(options: z.output<z.ZodObject<Shape>>): object;
}

/** Declares a kind of posterior; identity at run time, inference at compile time. */
export const definePosterior = <Shape extends z.ZodRawShape>(
  definition: PosteriorDefinition<Shape>,
): PosteriorDefinition<Shape> => definition;
