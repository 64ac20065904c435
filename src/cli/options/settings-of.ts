import { z } from 'zod';
import { unwrap } from '../../config/unwrap.ts';
import { optionOf } from './option-of.ts';

/** The values of settings, by field. */
export type SettingsOf<Fields extends z.ZodRawShape> = { readonly [Field in keyof Fields]: z.output<Fields[Field]> };

/**
 * What the options that withSettings() added were given, under the names of the fields. What was not given, and has no
 * default, is null, a switch false; a field that is no setting is absent. An option that must be there is the
 * business of requireOptions().
 */
export function settingsOf<Fields extends z.ZodRawShape>(
  fields: Fields,
  given: Readonly<Record<string, unknown>>,
): SettingsOf<Fields> {
  const values = Object.entries(fields).flatMap(([field, schema]) => {
    const option = optionOf(field, schema as z.ZodType);
    if (option === undefined) return [];
    const missing = unwrap(schema as z.ZodType) instanceof z.ZodBoolean ? false : null;
    return [[field, given[option.attributeName()] ?? missing]];
  });
  return Object.fromEntries(values) as SettingsOf<Fields>;
}
