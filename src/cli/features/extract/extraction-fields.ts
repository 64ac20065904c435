import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { TEMPLATE_NAMES } from '../../../features/extraction/templates.ts';
import {
  ChatTurns,
  entropyPositions,
  FeatureOutput,
  featuresExtract,
} from '../../../protocol/operations/features-extract.ts';
import { setting, several } from '../../../protocol/setting.ts';
import { machineSettings } from '../../options/machine-settings.ts';
import type { SettingsOf } from '../../options/settings-of.ts';

type Params = typeof featuresExtract.params;

/** The settings of features.extract that are sent as they are given; the rest of its parameters is made of others. */
export const askedFields = (params: Params = featuresExtract.params) =>
  params.omit({
    dataset: true,
    work: true,
    shard: true,
    share: true,
    device: true,
    chat: true,
    promptTexts: true,
    outputs: true,
    uncertainty: true,
  }).shape;

/** What an extraction is asked for on the command line, on this machine or on many, in the order of the help. */
export function extractionFields(params: Params = featuresExtract.params) {
  const { model, ...asked } = askedFields(params);
  return {
    model,
    ...resultFields,
    ...asked,
    ...textFields,
    ...stateFields,
    ...placeFields(params),
    ...machineSettings,
  };
}

/** The values of extractionFields(). */
export type ExtractionFlags = SettingsOf<ReturnType<typeof extractionFields>>;

const resultFields = {
  out: setting(z.string(), 'feature store to make; must not exist (with --shard the folder of shards)', {
    value: '<dir>',
  }),
};

const textFields = {
  template: setting(
    z.string().nullable(),
    `templates of a public dataset (${TEMPLATE_NAMES.join(', ')}) or of a file, in the place of --prompt-template and --response-template`,
    { value: '<name or file.yaml>', excludes: ['promptTemplate', 'responseTemplate'] },
  ),
  system: ChatTurns.shape.system,
};

const stateFields = {
  pooling: several(
    FeatureOutput.shape.pooling,
    `${FeatureOutput.shape.pooling.description}; several with commas make a store each`,
  ),
  layer: several(FeatureOutput.shape.layer, `${FeatureOutput.shape.layer.description}; several with commas`),
  uncertainty: setting(
    z.union([z.string(), z.literal(true)]).nullable(),
    'next-token entropies of the answers too, as columns (no file with --shard)',
    { value: '[file.jsonl]' },
  ),
  entropyPositions: setting(entropyPositions, "of --uncertainty: every token of the text, or the answer's alone"),
  quality: setting(z.boolean(), 'write no page of checks into the store', { default: true }),
};

const placeFields = (params: Params) => ({
  device: params.shape.device,
  devices: setting(z.array(z.string()).nullable(), 'several devices, a process each: 0,1,2 for three GPUs', {
    value: '<list>',
    parse: parseDevices,
  }),
});

/** Devices with commas between them; a number is a GPU's. @throws InvalidArgumentError */
function parseDevices(text: string): string[] {
  const names = text.split(',').map((name) => (/^\d+$/.test(name) ? `cuda:${name}` : name));
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('devices with commas between them are needed.');
}
