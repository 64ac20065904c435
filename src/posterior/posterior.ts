import type { z } from 'zod';
import type { MeasureName } from '../acquisition/policy.ts';
import type { UserCode } from '../custom-code/user-file.ts';
import type { FormName } from '../data/answer-form/names.ts';
import type { WorkerClient } from '../worker/client.ts';
import type { FittedPosterior, PosteriorFit } from './fit.ts';
import type { HeadSettings } from './head-settings.ts';
import type { NoiseType } from './noise/index.ts';

/** What is wrong with a configuration: the key below `posterior`, and what it needs there. */
interface Objection {
  readonly path: readonly string[];
  /** "a hidden layer"; the text goes on "(because posterior.type is …)". */
  readonly needed: string;
}

/** A Python file of the user's that a kind runs. */
interface CustomCode<Options> {
  /** The configuration key that names it. */
  readonly key: `posterior.${string}`;
  /** What that key says, `path/to/file.py:Name`; null where it says nothing. */
  named(options: Options): string | null;
  /** Looks at the code before anything is spent on it. @throws WorkerFailure USER_CODE for a file that fails. */
  check(code: UserCode, options: Options, client: WorkerClient): Promise<void>;
  /** Milliseconds the code may be silent in any of its calls. */
  stallMs(options: Options): number;
}

/** Forms of the answers' texts that a reward depends on beside their features. */
interface FormCovariates<Options> {
  /** The configuration key that names them. */
  readonly key: `posterior.${string}`;
  named(options: Options): 'auto' | readonly FormName[];
}

/** A kind of posterior as the table lists it; `Shape` are the keys it adds to `posterior`, all with defaults. */
export interface PosteriorDefinition<Type extends string = string, Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** The value of `posterior.type`. */
  readonly type: Type;
  readonly summary: string;
  readonly options: Shape;
  /** Keys of `posterior` that mean this kind where no type is given; absent: none. */
  readonly impliedBy?: readonly string[];
  /** The key that names its feature stores: the main one, or several, one member each. */
  readonly fittedOn: 'data.store' | 'data.stores';
  /** Which labels it can learn from: `hard` are chosen and rejected answers alone, without targets and weights. */
  readonly labels: 'any' | 'hard';
  /** Measures of a pair that say something under this posterior; a policy that asks for another is refused. */
  readonly measures: readonly MeasureName[];
  /** Whether it takes `labels.ties: davidson`, a model in which a tie has a probability of its own; absent: it does not. */
  readonly hasTieModel?: true;
  /** Whether a policy can look into a last hidden layer: there is one reward head, or several on the same features. */
  readonly hasLatentSpace: boolean;
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
  /** The Python file it runs; absent: none. */
  readonly customCode?: CustomCode<z.output<z.ZodObject<Shape>>>;
  /** Which forms of the answers' texts its reward may depend on beside their features; absent: none. */
  readonly covariates?: FormCovariates<z.output<z.ZodObject<Shape>>>;
  // Methods, so that one table can hold kinds of different options.
  /** What its options lack, beyond their schema, with `head` as configured; null: nothing. Absent: always nothing. */
  objection?(options: z.output<z.ZodObject<Shape>>, head: HeadSettings['head'] | null): Objection | null;
  /** Fits it on one of its stores; equal fits give equal posteriors. @throws WorkerFailure */
  fit(options: z.output<z.ZodObject<Shape>>, fit: PosteriorFit, client: WorkerClient): Promise<FittedPosterior>;
  /** Heads it trains on each feature store, null when that is not known. */
  heads(options: z.output<z.ZodObject<Shape>>): number | null;
  /** What of the configuration decides its results; absent: its options, `head` and `training`. */
  identity?(options: z.output<z.ZodObject<Shape>>): object;
}

/** Declares a kind of posterior; identity at run time, inference at compile time. */
export const definePosterior = <const Type extends string, Shape extends z.ZodRawShape>(
  definition: PosteriorDefinition<Type, Shape>,
): PosteriorDefinition<Type, Shape> => definition;
