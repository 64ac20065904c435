import { z } from 'zod';

/** How a person gives a setting, beside what its schema and its description say. */
export interface Spelling {
  /** What stands for the value in help, with its brackets: `<n>`; `[file]` may be left out. A switch has none. */
  readonly value?: string;
  /** Name of the option without dashes, where it is not that of the field: `load-in`. */
  readonly option?: string;
  /** What it is unless given. Without one a nullable setting is null, and a switch is off. */
  readonly default?: unknown;
  /** That value in words; for null, what is done instead. */
  readonly usual?: string;
  /** What a number counts, plural: `tokens`. */
  readonly unit?: string;
  /** The word for null where a person can give it: `last`. */
  readonly nullWord?: string;
  /** Largest number that a person may give, where the wire allows more. */
  readonly most?: number;
  /** Whether `\n` in a text is a new line. */
  readonly isMultiline?: boolean;
  /** Turns the text of an option into the value, where the schema alone does not say how. */
  readonly parse?: (text: string, earlier?: unknown) => unknown;
  /** Fields whose options cannot be given beside this one. */
  readonly excludes?: readonly string[];
  /** Further sentences for the reference page, in Markdown. */
  readonly details?: string;
}

/** An entry without a key is none to zod. */
interface Entry extends Spelling {
  readonly isSetting: true;
}

/** The spelling of every setting, by its schema; what is not in it is not an option. */
export const SETTINGS = z.registry<Entry>();

/**
 * A schema that is also an option of the command line and a row of the reference page. `description` is one line of
 * help. Spelling and description belong to no message; a setting that is described anew keeps its spelling.
 */
export function setting<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  spelling: Spelling = {},
): Schema {
  const described = schema.describe(description);
  SETTINGS.add(described, { ...SETTINGS.get(schema), ...spelling, isSetting: true });
  return described;
}

/** Several values of a setting, given with commas between them; unless given, its default alone. */
export function several<Schema extends z.ZodType>(schema: Schema, description: string): z.ZodArray<Schema> {
  const spelling: Spelling = SETTINGS.get(schema) ?? {};
  return setting(z.array(schema), description, { ...spelling, default: [spelling.default ?? null] });
}
