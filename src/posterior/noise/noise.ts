import type { z } from 'zod';
import type { NoiseModel } from '../../protocol/noise-models.ts';

/** What a noise model is made for: a fit on one of the stores a posterior is fitted on. */
interface NoisePlace {
  /** Mean distance of the pool's pairs of answers in that store. */
  readonly typicalDistance: number;
  /** The exponent an earlier round of the run chose; null where this round is to choose (or nothing is chosen). */
  readonly chosen: number | null;
}

/** A noise model as the table lists it; `Shape` are the keys it adds to `posterior.noise`, all with defaults. */
export interface NoiseDefinition<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly summary: string;
  readonly options: Shape;
  /** Whether it is the Bradley–Terry model itself, which needs no word in an identity. */
  readonly isPlain: boolean;
  /** Whether its link leaves room for a model of ties (`labels.ties: davidson`). */
  readonly allowsTieModel: boolean;
  /** Whether it looks at the distances of pairs: `NoisePlace.typicalDistance` is only then known. */
  readonly needsDistances: boolean;
  /** Whether its loss is convex in the logits, so that a posterior over linear rewards has one mode. */
  readonly isConvex: boolean;
  // A method, so that one table can hold models of different options.
  /** What posterior.fit is asked to assume. */
  request(options: z.output<z.ZodObject<Shape>>, place: NoisePlace): NoiseModel;
  /** How many exponents a round chooses among that later rounds keep; 1: there is nothing to choose. */
  choices(options: z.output<z.ZodObject<Shape>>): number;
}

/** Declares a noise model; identity at run time, inference at compile time. */
export const defineNoise = <Shape extends z.ZodRawShape>(definition: NoiseDefinition<Shape>): NoiseDefinition<Shape> =>
  definition;
