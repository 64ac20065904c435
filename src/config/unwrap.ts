import { z } from 'zod';

/** A schema without the defaults, nulls and options around it. */
export function unwrap(schema: z.ZodType): z.ZodType;
export function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined;
export function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  const isWrapper =
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodOptional;
  return isWrapper ? unwrap(schema.unwrap() as z.ZodType) : schema;
}
