import type { ExtractionSettings } from './extraction-settings.ts';

/** How prompts and answers become texts for a model. */
export type Templates = Pick<ExtractionSettings, 'promptTemplate' | 'responseTemplate' | 'chat'>;

/** The templates of public datasets by name; their prompts and answers are those `balpm data import --schema` makes. */
export const TEMPLATES = {
  tldr: { promptTemplate: 'Post: {prompt}', responseTemplate: 'Post: {prompt}\nSummary: {response}', chat: null },
  /** In the summaries of learning-to-summarize the articles stand where the posts do. */
  'cnn-dm': { promptTemplate: 'Post: {prompt}', responseTemplate: 'Post: {prompt}\nSummary: {response}', chat: null },
  'alpaca-farm': {
    promptTemplate: 'Instruction: {prompt}',
    responseTemplate: 'Instruction: {prompt}\nResponse: {response}',
    chat: null,
  },
  /** Turns of the tokenizer's chat template, after a system turn that is empty where there can be one. */
  ultrafeedback: {
    promptTemplate: '{prompt}',
    responseTemplate: '{prompt}{response}',
    chat: { system: '', date: null },
  },
  /** The transcript as it was: the prompt ends with the assistant's turn. */
  hh: { promptTemplate: '{prompt}', responseTemplate: '{prompt}{response}', chat: null },
} as const satisfies Readonly<Record<string, Templates>>;

/** The name of a pair of templates. */
export type TemplateName = keyof typeof TEMPLATES;

/** Names in the order help lists them. */
export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as TemplateName[];
