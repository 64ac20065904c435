import { z } from 'zod';
import { usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { suggestion } from '../../base/text/nearest-name.ts';
import { isPlainObject, type PlainObject } from '../../base/yaml/plain.ts';
import { readYaml } from '../../base/yaml/read-yaml.ts';
import { TEMPLATE_NAMES, TEMPLATES, type TemplateName, type Templates } from './templates.ts';

/** A template file: texts with {prompt} and {response}, or a chat in their place. */
const TemplateFile = z.union([
  z.strictObject({ prompt: z.string(), response: z.string(), special_tokens: z.boolean().optional() }),
  z.strictObject({
    chat: z.strictObject({ system: z.string().nullable().default(''), date: z.iso.date().nullable().default(null) }),
  }),
]);
const KEYS = ['prompt', 'response', 'special_tokens', 'chat'];
const CHAT_KEYS = ['system', 'date'];

/** Templates, and whether the tokenizer adds its special tokens to the texts. */
export interface ChosenTemplates extends Templates {
  readonly specialTokens: boolean;
}

/**
 * The templates of a public dataset by name, or those of a YAML file.
 * @throws BalpmError (usage) for a name that is none, a file that cannot be read, and fields it must not have.
 */
export async function chooseTemplates(nameOrFile: string): Promise<ChosenTemplates> {
  if (TEMPLATE_NAMES.includes(nameOrFile as TemplateName))
    return { ...TEMPLATES[nameOrFile as TemplateName], specialTokens: true };
  if (!/[./\\]/.test(nameOrFile))
    throw usageError(
      `Cannot use --template '${nameOrFile}': there is no such template, one of ${TEMPLATE_NAMES.join(', ')} or a YAML file is needed${suggestion(nameOrFile, TEMPLATE_NAMES)}`,
    );
  return readTemplateFile(nameOrFile);
}

async function readTemplateFile(file: string): Promise<ChosenTemplates> {
  const { tree } = await readYaml(file, 'template file');
  const parsed = TemplateFile.safeParse(tree);
  if (!parsed.success) throw unusable(file, describe(tree));
  if ('chat' in parsed.data)
    return {
      promptTemplate: '{prompt}',
      responseTemplate: '{prompt}{response}',
      chat: parsed.data.chat,
      specialTokens: true,
    };
  const { prompt, response, special_tokens: specialTokens = true } = parsed.data;
  requireFields(file, 'prompt', prompt, ['prompt']);
  requireFields(file, 'response', response, ['prompt', 'response']);
  return { promptTemplate: prompt, responseTemplate: response, chat: null, specialTokens };
}

function requireFields(file: string, key: string, template: string, fields: readonly string[]): void {
  const found = new Set(template.match(/\{(?:prompt|response)\}/g));
  const needed = fields.map((field) => `{${field}}`);
  if (found.size === needed.length && needed.every((field) => found.has(field))) return;
  throw unusable(file, `'${key}' holds ${[...found].join(' and ') || 'no field'} where ${needed.join(' and ')} belong`);
}

/** What is wrong with a file of other fields. */
function describe(tree: PlainObject): string {
  const keys = Object.keys(tree);
  const unknown = keys.find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return `it has an unknown key '${unknown}'${suggestion(unknown, KEYS)}`;
  if (keys.includes('chat') && keys.length > 1) return "it has 'chat' and templates, which exclude each other";
  const missing = keys.includes('chat') ? undefined : ['prompt', 'response'].find((key) => !keys.includes(key));
  if (missing !== undefined) return `it has no '${missing}'`;
  return describeChat(tree['chat']) ?? 'a value is of another type';
}

/** What is wrong with a chat; undefined where its values are of another type, or where there is none. */
function describeChat(chat: unknown): string | undefined {
  if (!isPlainObject(chat)) return undefined;
  const unknown = Object.keys(chat).find((key) => !CHAT_KEYS.includes(key));
  if (unknown !== undefined) return `its chat has an unknown key '${unknown}'${suggestion(unknown, CHAT_KEYS)}`;
  const { date } = chat;
  return typeof date === 'string' && !z.iso.date().safeParse(date).success
    ? `its chat's date '${date.slice(0, 40)}' is no day such as 2024-07-26`
    : undefined;
}

const unusable = (file: string, found: string): Error =>
  usageError(
    `Cannot use template file ${quotePath(file)}: ${found}; give texts 'prompt' and 'response' (and special_tokens), or 'chat: {system, date}'`,
  );
