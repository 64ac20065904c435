import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { StoreRef } from '../shapes.ts';

/** Opens a feature store, checks its hash and that every value is finite, and keeps it resident. */
export const storeOpen = defineOperation({
  name: 'store.open',
  version: 1,
  pure: false,
  stallMs: 600_000,
  params: z.strictObject({ store: StoreRef }).meta({ id: 'StoreOpenParams' }),
  data: z
    .strictObject({
      prompts: z.int().min(0),
      responses: z.int().min(0),
      promptDimension: z.int().min(1),
      responseDimension: z.int().min(1),
      device: z.string(),
    })
    .meta({ id: 'StoreOpenData' }),
});
