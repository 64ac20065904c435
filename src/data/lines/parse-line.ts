import type { z } from 'zod';
import { dataError } from '../../base/errors.ts';

/** A line of a dataset's own file by its schema. @throws BalpmError (data) naming location and field. */
export function parseLine<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw dataError(
    `Cannot read ${where}: field '${issue?.path.join('.') ?? ''}': ${issue?.message ?? 'invalid'}; give a line of a balpm dataset`,
  );
}
