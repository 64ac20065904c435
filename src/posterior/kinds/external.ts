import { basename } from 'node:path';
import { z } from 'zod';
import { LONGEST_SECONDS } from '../../base/after.ts';
import { parseUserObject, USER_OBJECT } from '../../custom-code/user-object.ts';
import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { definePosterior } from '../posterior.ts';

/** A class of the user's own, told by the names of file and class, and its options; its code may be mended. */
export const external = definePosterior({
  summary: 'a class of your own',
  options: {
    module: z
      .string()
      .regex(/^[^\0]*$/, 'text without a NUL character')
      .regex(USER_OBJECT, 'path/to/file.py:Name')
      .nullable()
      .default(null)
      .describe('external: the class, as path/to/file.py:Name'),
    options: z.record(z.string(), z.json()).default({}).describe('external: options the class is made with'),
    stallSeconds: z
      .number()
      .min(1)
      .max(LONGEST_SECONDS)
      .default(1800)
      .describe('external: silence (no progress, no check) after which the class counts as hung'),
  },
  measures: SAMPLE_MEASURES,
  hasLatentSpace: false,
  noiseChosenBy: null,
  defaultNoise: 'constant',
  learnsFrom: { validation: true, pool: false },
  costGrowsWith: null,
  needsConvexLoss: false,
  learnsInSteps: false,
  request: () => null,
  heads: () => null,
  identity: ({ module, options }) => {
    const { file, name } = parseUserObject(module ?? '');
    return { module: `${basename(file)}:${name}`, options };
  },
});
