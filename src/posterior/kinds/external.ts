import { basename } from 'node:path';
import { z } from 'zod';
import { LONGEST_SECONDS } from '../../base/after.ts';
import { BalpmError } from '../../base/errors.ts';
import { parseUserObject, USER_OBJECT } from '../../custom-code/user-object.ts';
import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { externalCheck } from '../../protocol/operations/external-check.ts';
import { externalFit } from '../../protocol/operations/external-fit.ts';
import type { WorkerClient } from '../../worker/client.ts';
import type { FittedPosterior, PosteriorFit } from '../fit.ts';
import { definePosterior } from '../posterior.ts';
import { softLabels } from '../soft-labels.ts';

const options = {
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
};
type Options = z.output<z.ZodObject<typeof options>>;

/** A class of the user's own, told by the names of file and class, and its options; its code may be mended. */
export const external = definePosterior({
  type: 'external',
  summary: 'a class of your own',
  options,
  fittedOn: 'data.store',
  labels: 'hard',
  measures: SAMPLE_MEASURES,
  hasLatentSpace: false,
  noiseChosenBy: null,
  defaultNoise: 'constant',
  learnsFrom: { validation: true, pool: false },
  costGrowsWith: null,
  needsConvexLoss: false,
  learnsInSteps: false,
  customCode: {
    key: 'posterior.module',
    named: ({ module }) => module,
    check: async ({ file: module, sha256: moduleSha256, name }, chosen, client) => {
      await client.call(externalCheck, { module, moduleSha256, name }, {}, { stallMs: stallMsOf(chosen) });
    },
    stallMs: stallMsOf,
  },
  objection: ({ module }) => (module === null ? { path: ['module'], needed: 'path/to/file.py:Name' } : null),
  fit: fitClass,
  heads: () => null,
  identity: ({ module, options: given }) => {
    const { file, name } = parseUserObject(module ?? '');
    return { module: `${basename(file)}:${name}`, options: given };
  },
});

function stallMsOf({ stallSeconds }: Options): number {
  return stallSeconds * 1000;
}

/** Nothing is known of how a user's class learns: it has no members. */
async function fitClass(chosen: Options, fit: PosteriorFit, client: WorkerClient): Promise<FittedPosterior> {
  const { code, store, seed, round } = fit;
  if (code === null) {
    throw new BalpmError('internal', 'Cannot fit posterior.type external: no code was opened, some is needed');
  }
  assertHard(fit);
  const { data } = await client.call(
    externalFit,
    { store, module: code.file, moduleSha256: code.sha256, name: code.name, options: chosen.options, seed, round },
    fit.tensors,
    { ...fit.call, stallMs: stallMsOf(chosen) },
  );
  return { posterior: data.posterior, members: [], noise: null, covariateShare: null };
}

/** A class is given chosen and rejected rows alone. */
function assertHard({ tensors, round }: PosteriorFit): void {
  const isHard = Object.keys(tensors).every((name) => name === 'labelled' || name === 'validation');
  if (!isHard) throw softLabels(`Cannot train round ${round} with posterior.type external`, 'its labels');
}
