import { usageError } from '../../../base/errors.ts';
import type { ExtractionSettings } from '../../../features/extraction/extraction-settings.ts';
import { type ChosenTemplates, chooseTemplates } from '../../../features/extraction/template-file.ts';
import { type FeatureOutput, featuresExtract, type Shard } from '../../../protocol/operations/features-extract.ts';
import type { SettingsOf } from '../../options/settings-of.ts';
import { askedFields, type ExtractionFlags } from './extraction-fields.ts';

type Params = typeof featuresExtract.params;
type Asked = SettingsOf<ReturnType<typeof askedFields>>;

/** Flags of an extraction; on many machines a shard is none of them. */
type Flags = Omit<ExtractionFlags, 'threads'> & { readonly shard?: Shard | null };

/**
 * What `features.extract` is asked for.
 * @throws BalpmError (usage) for flags that do not belong together and for a template file that cannot be used.
 */
export async function extractionSettingsOf(
  dataset: string,
  flags: Flags,
  params: Params = featuresExtract.params,
): Promise<ExtractionSettings> {
  checkUncertainty(flags);
  const { out, uncertainty, entropyPositions } = flags;
  return {
    dataset,
    out,
    ...askedOf(flags, params),
    ...(await templatesOf(flags)),
    outputs: outputsOf(flags),
    promptTexts: null,
    uncertainty: uncertainty === null ? null : { positions: entropyPositions },
    columns: typeof uncertainty === 'string' ? uncertainty : null,
  };
}

/** Settings that are sent as they are given. */
function askedOf(flags: Flags, params: Params): Asked {
  const given: Readonly<Record<string, unknown>> = flags;
  return Object.fromEntries(Object.keys(askedFields(params)).map((field) => [field, given[field]])) as Asked;
}

const outputsOf = ({ pooling, layer }: Pick<Flags, 'pooling' | 'layer'>): FeatureOutput[] =>
  pooling.flatMap((each) => layer.map((which) => ({ pooling: each, layer: which })));

/** @throws BalpmError (usage) for a file that nobody would write, and for entropies without one. */
function checkUncertainty({ uncertainty, shard = null }: Pick<Flags, 'uncertainty' | 'shard'>): void {
  if (shard !== null && typeof uncertainty === 'string')
    throw usageError(
      `Cannot write '${uncertainty}' with --shard: a shard is a part of the items, --uncertainty without a file is needed (features merge --uncertainty writes it)`,
    );
  if (shard === null && uncertainty === true)
    throw usageError('Cannot use --uncertainty: there is no file to write, --uncertainty FILE.jsonl is needed');
}

/** The chosen templates, or those of the two options. @throws BalpmError (usage) for a system turn without a chat. */
async function templatesOf(flags: Flags): Promise<ChosenTemplates> {
  const { template, system, promptTemplate, responseTemplate } = flags;
  const chosen =
    template === null
      ? { promptTemplate, responseTemplate, chat: null, specialTokens: true }
      : await chooseTemplates(template);
  const templates = { ...chosen, specialTokens: chosen.specialTokens && flags.specialTokens };
  if (system === null) return templates;
  if (templates.chat === null)
    throw usageError(
      "Cannot use --system: the texts are no chat, --template 'ultrafeedback' or a file with one is needed",
    );
  return { ...templates, chat: { ...templates.chat, system } };
}

/** The templates for a function, which has no tokenizer. @throws BalpmError (usage) for a chat. */
export async function textTemplatesOf(
  flags: ExtractionFlags,
): Promise<Pick<ChosenTemplates, 'promptTemplate' | 'responseTemplate'>> {
  const { promptTemplate, responseTemplate, chat } = await templatesOf(flags);
  if (chat === null) return { promptTemplate, responseTemplate };
  throw usageError(
    `Cannot use --template '${flags.template}' with --embed: a chat needs a model's tokenizer, --model is needed`,
  );
}
