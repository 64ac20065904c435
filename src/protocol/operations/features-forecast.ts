import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { featuresExtract } from './features-extract.ts';

/** What a few batches took on this machine: tokens that went through the model, and the seconds they took. */
const ExtractionTrial = z
  .strictObject({
    tokens: z.int().min(1),
    seconds: z.number().gt(0),
    way: featuresExtract.data.shape.way,
    /** What the process, or on a GPU the allocator, held at most. */
    memoryMiB: z.int().min(0),
  })
  .meta({ id: 'ExtractionTrial' });

/** Tells what an extraction would take: counts tokens on a sample of the texts, and writes nothing but small files into the hub's cache. */
export const featuresForecast = defineOperation({
  name: 'features.forecast',
  version: 1,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      extraction: featuresExtract.params,
      /** Texts that are split into tokens, about. */
      sample: z.int().min(1),
    })
    .meta({ id: 'FeaturesForecastParams' }),
  data: z
    .strictObject({
      prompts: z.int().min(0),
      responses: z.int().min(0),
      maxTokens: z.int().min(1),
      /** Texts that were split, and whether these are all. */
      countedTexts: z.int().min(0),
      /** Tokens of all texts, each by itself; and with a prompt once for all its answers. */
      tokens: z.int().min(0),
      sharedTokens: z.int().min(0),
      /** Parts on a device of that kind. */
      parts: z.int().min(0),
      device: z.enum(['cpu', 'cuda']),
      /** Of a feature; null: the configuration does not tell. */
      dimension: z.int().min(1).nullable(),
      /** All stores on disk. */
      storeBytes: z.int().min(0).nullable(),
      parameters: z.int().min(0),
      /** Where the parameters were counted. */
      parametersFrom: z.enum(['weights', 'config']),
      /** The weights in memory, in the type the model computes in. */
      weightBytes: z.int().min(0),
      /** Still to be fetched from the hub; null: the hub cannot be asked. */
      fetchBytes: z.int().min(0).nullable(),
      trial: ExtractionTrial.nullable(),
      /** Why there was no trial. */
      unmeasured: z.string().nullable(),
    })
    .meta({ id: 'FeaturesForecastData' }),
});
