import type { z } from 'zod';
import { code } from './render-page.ts';
import { typeOf } from './type-of.ts';

/** Titles of the rows of `optionRows`. */
export const OPTION_TITLES = ['option', 'values', 'default', 'meaning'];

/** A row for each key of a shape: name, values, default, description. */
export const optionRows = (shape: z.ZodRawShape): string[][] =>
  Object.entries(shape).map(([name, schema]) => {
    const type = schema as z.ZodType;
    const parsed = type.safeParse(undefined);
    return [
      code(name),
      typeOf(type),
      parsed.success && parsed.data !== undefined ? code(JSON.stringify(parsed.data)) : '–',
      type.description ?? '',
    ];
  });
