import { alpacaFarm } from './alpaca-farm.ts';
import { hhRlhf } from './hh-rlhf.ts';
import { learningToSummarize } from './learning-to-summarize.ts';
import type { SourceSchema } from './schema.ts';
import { ultrafeedback } from './ultrafeedback.ts';

/** Every public dataset `balpm data import --schema` knows; one file and one line here. */
export const SCHEMAS = {
  'learning-to-summarize': learningToSummarize,
  'alpaca-farm': alpacaFarm,
  ultrafeedback,
  'hh-rlhf': hhRlhf,
} as const satisfies Readonly<Record<string, SourceSchema>>;

/** The name of a schema. */
export type SchemaName = keyof typeof SCHEMAS;

/** Names in the order help lists them. */
export const SCHEMA_NAMES = Object.keys(SCHEMAS) as SchemaName[];
