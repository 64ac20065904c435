import { usageError } from '../../../base/errors.ts';
import type { ExtractionSettings } from '../../../features/extraction/extract-features.ts';
import { type ChosenTemplates, chooseTemplates } from '../../../features/extraction/template-file.ts';
import type { FeatureOutput, Shard } from '../../../protocol/operations/features-extract.ts';
import { type Float, type ModelFlags, modelSourceOf } from '../with-model-options.ts';
import type { Pooling } from './parse-extract-options.ts';

/** Flags of `balpm features extract`. */
export interface ExtractFlags extends ModelFlags {
  readonly embed?: string;
  readonly embedOptions?: string;
  readonly out: string;
  readonly template?: string;
  readonly system?: string;
  readonly promptTemplate: string;
  readonly responseTemplate: string;
  readonly promptCut: ExtractionSettings['promptCut'];
  readonly specialTokens: boolean;
  readonly pooling: readonly Pooling[];
  readonly layer: readonly (number | null)[];
  readonly uncertainty?: string | true;
  readonly entropyPositions: 'all' | 'response';
  readonly shard?: Shard;
  readonly devices?: readonly string[];
  readonly partTokens?: number;
  readonly progressFile?: string;
  readonly dryRun?: boolean;
  readonly quality: boolean;
  readonly way: ExtractionSettings['way'];
  readonly maxTokens?: number;
  readonly storeDtype: Float;
  readonly tokenBudget?: number;
  readonly threads: number;
  readonly python?: string;
  readonly json?: boolean;
}

/**
 * What `features.extract` is asked for.
 * @throws BalpmError (usage) for flags that do not belong together and for a template file that cannot be used.
 */
export async function extractionSettingsOf(
  dataset: string,
  flags: Omit<ExtractFlags, 'threads'>,
): Promise<ExtractionSettings> {
  checkUncertainty(flags);
  const { out, promptCut, storeDtype, way } = flags;
  const { device: _device, ...model } = modelSourceOf(flags);
  return {
    dataset,
    out,
    ...model,
    promptCut,
    storeDtype,
    way,
    ...(await templatesOf(flags)),
    outputs: outputsOf(flags),
    promptTexts: null,
    uncertainty: flags.uncertainty === undefined ? null : { positions: flags.entropyPositions },
    columns: typeof flags.uncertainty === 'string' ? flags.uncertainty : null,
    tokenBudget: flags.tokenBudget ?? null,
    partTokens: flags.partTokens ?? null,
    maxTokens: flags.maxTokens ?? null,
  };
}

const outputsOf = ({ pooling, layer }: Pick<ExtractFlags, 'pooling' | 'layer'>): FeatureOutput[] =>
  pooling.flatMap((each) => layer.map((which) => ({ pooling: each, layer: which })));

/** @throws BalpmError (usage) for a file that nobody would write, and for entropies without one. */
function checkUncertainty({ uncertainty, shard }: Pick<ExtractFlags, 'uncertainty' | 'shard'>): void {
  if (shard !== undefined && typeof uncertainty === 'string')
    throw usageError(
      `Cannot write '${uncertainty}' with --shard: a shard is a part of the items, --uncertainty without a file is needed (features merge --uncertainty writes it)`,
    );
  if (shard === undefined && uncertainty === true)
    throw usageError('Cannot use --uncertainty: there is no file to write, --uncertainty FILE.jsonl is needed');
}

/** The chosen templates, or those of the two options. @throws BalpmError (usage) for a system turn without a chat. */
async function templatesOf(flags: Omit<ExtractFlags, 'threads'>): Promise<ChosenTemplates> {
  const { template, system, promptTemplate, responseTemplate } = flags;
  const chosen =
    template === undefined
      ? { promptTemplate, responseTemplate, chat: null, specialTokens: true }
      : await chooseTemplates(template);
  const templates = { ...chosen, specialTokens: chosen.specialTokens && flags.specialTokens };
  if (system === undefined) return templates;
  if (templates.chat === null)
    throw usageError(
      "Cannot use --system: the texts are no chat, --template 'ultrafeedback' or a file with one is needed",
    );
  return { ...templates, chat: { ...templates.chat, system } };
}

/** The templates for a function, which has no tokenizer. @throws BalpmError (usage) for a chat. */
export async function textTemplatesOf(
  flags: ExtractFlags,
): Promise<Pick<ChosenTemplates, 'promptTemplate' | 'responseTemplate'>> {
  const { promptTemplate, responseTemplate, chat } = await templatesOf(flags);
  if (chat === null) return { promptTemplate, responseTemplate };
  throw usageError(
    `Cannot use --template '${flags.template}' with --embed: a chat needs a model's tokenizer, --model is needed`,
  );
}
