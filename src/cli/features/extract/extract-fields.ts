import { z } from 'zod';
import { parseShard } from '../../../features/extraction/extraction-folder.ts';
import { featuresExtract, Shard } from '../../../protocol/operations/features-extract.ts';
import { setting } from '../../../protocol/setting.ts';
import type { SettingsOf } from '../../options/settings-of.ts';
import { extractionFields } from './extraction-fields.ts';

/** What a Python function in the place of a model is asked for too; all else says how a model is run. */
const OF_FUNCTIONS =
  'out template system promptTemplate responseTemplate storeDtype quality device threads python json'.split(' ');

/** The settings of `balpm features extract`, in the order of the help. */
export function extractFields(params: typeof featuresExtract.params = featuresExtract.params) {
  const fields = { ...extractionFields(params), ...partFields };
  const ofModels = Object.keys(fields).filter((field) => !OF_FUNCTIONS.includes(field));
  return { ...fields, ...functionFields(ofModels), ...forecastFields };
}

/** The values of extractFields(). */
export type ExtractFlags = SettingsOf<ReturnType<typeof extractFields>>;

const partFields = {
  shard: setting(Shard.nullable(), 'parts of block i of n alone; balpm features merge makes the store', {
    value: '<i/n>',
    parse: parseShard,
  }),
  progressFile: setting(z.string().nullable(), 'append the progress as JSON Lines, for dashboards', {
    value: '<file.jsonl>',
  }),
};

const functionFields = (excludes: readonly string[]) => ({
  embed: setting(z.string().nullable(), 'a Python function of your own in the place of a model', {
    value: '<file.py:name>',
    excludes,
  }),
  embedOptions: setting(z.string().nullable(), 'a JSON object for that function', { value: '<json>' }),
});

const forecastFields = {
  dryRun: setting(
    z.boolean(),
    'report texts, tokens, parts, sizes and time, after a short trial where the weights are here; start nothing',
  ),
};
