import { z } from 'zod';
import { defineOperation } from '../operation.ts';

/**
 * Uploads the named files of a directory to a dataset repository of the Hugging Face hub, which is made where there is
 * none. The token is HF_TOKEN of the worker's environment, the hub HF_ENDPOINT; neither travels in a message.
 */
export const featuresPush = defineOperation({
  name: 'features.push',
  version: 1,
  pure: false,
  stallMs: 7_200_000,
  params: z
    .strictObject({
      directory: z.string().min(1),
      /** Names below the directory, with slashes. */
      files: z.array(z.string().min(1)),
      /** OWNER/NAME */
      repository: z.string().min(1),
      isPublic: z.boolean(),
      message: z.string().min(1),
    })
    .meta({ id: 'FeaturesPushParams' }),
  data: z
    .strictObject({
      url: z.string(),
      commit: z.string(),
      wallSeconds: z.number().min(0),
    })
    .meta({ id: 'FeaturesPushData' }),
});
