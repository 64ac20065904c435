import type { Command, Option } from 'commander';
import type { z } from 'zod';
import { SETTINGS } from '../../protocol/setting.ts';
import { optionOf } from './option-of.ts';

/** Adds an option for each setting among the fields, in their order. */
export function withSettings(command: Command, fields: z.ZodRawShape): Command {
  const schemas = Object.entries(fields) as [string, z.ZodType][];
  const options = new Map<string, Option>();
  for (const [field, schema] of schemas) {
    const option = optionOf(field, schema);
    if (option !== undefined) options.set(field, option);
  }
  for (const [field, option] of options) {
    const excluded = SETTINGS.get(fields[field] as z.ZodType)?.excludes ?? [];
    command.addOption(option.conflicts(excluded.flatMap((other) => options.get(other)?.attributeName() ?? [])));
  }
  return command;
}
