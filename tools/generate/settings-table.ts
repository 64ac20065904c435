import { z } from 'zod';
import { optionOf } from '../../src/cli/options/option-of.ts';
import { unwrap } from '../../src/config/unwrap.ts';
import { SETTINGS, type Spelling } from '../../src/protocol/setting.ts';

/** A Markdown table of the settings among the fields, in their order: option, values, default, meaning. */
export function settingsTable(fields: z.ZodRawShape): string {
  const rows = Object.entries(fields).flatMap(([field, schema]) => rowOf(field, schema as z.ZodType));
  return ['| option | values | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function rowOf(field: string, schema: z.ZodType): string[] {
  const option = optionOf(field, schema);
  const spelling = SETTINGS.get(schema);
  if (option === undefined || spelling === undefined) return [];
  const meaning = [schema.description, spelling.details].filter(Boolean).join('. ');
  const cells = [code(option.flags), valuesOf(unwrap(schema), spelling), defaultOf(schema, spelling), meaning];
  return [`| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')).join(' | ')} |`];
}

const code = (text: string): string => `\`${text}\``;

/** What a person may give. */
function valuesOf(inner: z.ZodType, spelling: Spelling): string {
  if (inner instanceof z.ZodEnum) return inner.options.map((value) => code(String(value))).join(', ');
  if (inner instanceof z.ZodBoolean) return 'switch';
  if (inner instanceof z.ZodNumber) return [numbersOf(inner, spelling), wordOf(spelling)].filter(Boolean).join(', or ');
  if (inner instanceof z.ZodArray && spelling.parse === undefined)
    return `${valuesOf(unwrap(inner.element as z.ZodType), spelling)}; one or several`;
  return 'text';
}

const numbersOf = ({ minValue }: z.ZodNumber, { unit = 'a whole number' }: Spelling): string =>
  `${unit}, at least ${minValue ?? 0}`;

const wordOf = ({ nullWord }: Spelling): string => (nullWord === undefined ? '' : code(nullWord));

/** What is done where the option is not given. */
function defaultOf(schema: z.ZodType, { default: value, usual, nullWord }: Spelling): string {
  if (usual !== undefined) return usual;
  if (unwrap(schema) instanceof z.ZodBoolean) return 'off';
  if (value === undefined) return schema.safeParse(null).success ? 'none' : 'required';
  const values = Array.isArray(value) ? value.map((each) => each ?? nullWord) : [value];
  return code(
    values.map((each) => (typeof each === 'string' ? each.replaceAll('\n', String.raw`\n`) : each)).join(','),
  );
}
