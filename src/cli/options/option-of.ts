import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { unwrap } from '../../config/unwrap.ts';
import { SETTINGS, type Spelling } from '../../protocol/setting.ts';
import { wholeNumber } from './whole-number.ts';
import { withNewLines } from './with-new-lines.ts';

/** The option of a setting: name, help, default, choices and parser by its schema; undefined for a field that is none. */
export function optionOf(field: string, schema: z.ZodType): Option | undefined {
  const spelling = SETTINGS.get(schema);
  if (spelling === undefined) return undefined;
  const inner = unwrap(schema);
  const option = new Option(flagsOf(field, inner, spelling), describe(schema, spelling));
  if (inner instanceof z.ZodEnum) option.choices(inner.options.map(String));
  else if (spelling.parse !== undefined) option.argParser(spelling.parse);
  else if (inner instanceof z.ZodArray) parseList(option, inner.element as z.ZodType, spelling);
  else if (inner instanceof z.ZodNumber) option.argParser(wholeNumber(...limitsOf(inner, spelling)));
  else if (spelling.isMultiline) option.argParser(withNewLines);
  if (spelling.default !== undefined && !option.negate) option.default(spelling.default, usualOf(spelling));
  return option;
}

/** A switch that is on unless told otherwise has the option `--no-…`. */
function flagsOf(field: string, inner: z.ZodType, { option, value, default: usual }: Spelling): string {
  const name = option ?? field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const long = inner instanceof z.ZodBoolean && usual === true ? `--no-${name}` : `--${name}`;
  return value === undefined ? long : `${long} ${value}`;
}

const describe = ({ description = '' }: z.ZodType, { default: value, usual }: Spelling): string =>
  usual === undefined || value !== undefined ? description : `${description} (default: ${usual})`;

/** A list is shown as a person would give it. */
function usualOf({ default: value, usual, nullWord }: Spelling): string | undefined {
  if (usual !== undefined || !Array.isArray(value)) return usual;
  return value.map((each) => each ?? nullWord).join(',');
}

type Limits = readonly [least: number, most?: number];

function limitsOf({ minValue, maxValue }: z.ZodNumber, { most }: Spelling): Limits {
  const greatest = most ?? maxValue ?? Number.MAX_SAFE_INTEGER;
  return greatest === Number.MAX_SAFE_INTEGER ? [minValue ?? 0] : [minValue ?? 0, greatest];
}

/** Values with commas between them, each once; commander itself collects those of a repeated value, `<name...>`. */
function parseList(option: Option, element: z.ZodType, spelling: Spelling): void {
  if (option.variadic) return;
  const inner = unwrap(element);
  const parse = inner instanceof z.ZodEnum ? choiceOf(inner) : numberOf(inner as z.ZodNumber, spelling);
  option.argParser((text) => [
    ...new Set(text.split(',').map((word) => (word === spelling.nullWord ? null : parse(word)))),
  ]);
}

const choiceOf =
  ({ options }: z.ZodEnum) =>
  (word: string): string => {
    if (options.includes(word)) return word;
    throw new InvalidArgumentError(`Allowed choices are ${options.join(', ')}, several with commas.`);
  };

/** @throws InvalidArgumentError that names the word for null too */
function numberOf(schema: z.ZodNumber, spelling: Spelling): (word: string) => number {
  const [least, most] = limitsOf(schema, spelling);
  const parse = wholeNumber(least, most);
  const limits = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
  const other = spelling.nullWord === undefined ? '' : `'${spelling.nullWord}' or `;
  return (word) => {
    try {
      return parse(word);
    } catch {
      throw new InvalidArgumentError(`expected ${other}a whole number ${limits}, several with commas.`);
    }
  };
}
