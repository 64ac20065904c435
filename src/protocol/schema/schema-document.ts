import { z } from 'zod';
import type { Schema, SchemaDocument } from './json-schema.ts';

/** What only people read. */
const ANNOTATIONS = ['title', 'description', 'examples', 'deprecated', 'readOnly'] as const;

/**
 * A zod schema as one JSON Schema document (draft 2020-12); schemas with an id stand in `$defs`.
 * @throws Error for what JSON Schema cannot say or would not say: transforms, recursion, refinements, flags of patterns.
 */
export function schemaDocument(schema: z.ZodType): SchemaDocument {
  const document = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    unrepresentable: 'throw',
    reused: 'inline',
    cycles: 'throw',
    override: ({ zodSchema, jsonSchema, path }) => {
      const problem = silentLoss(zodSchema);
      if (problem !== undefined) throw new Error(`'${path.join('.')}' ${problem}`);
      for (const annotation of ANNOTATIONS) delete jsonSchema[annotation];
    },
  });
  const { $schema: _dialect, $defs = {}, ...root } = document;
  return { ...(root as Schema), $defs: $defs as SchemaDocument['$defs'] };
}

/** What zod leaves out of a JSON Schema without a word. */
function silentLoss(schema: z.core.$ZodType): string | undefined {
  for (const { _zod: check } of schema._zod.def.checks ?? []) {
    if (check.def.check === 'custom') return 'has a refinement, a rule of the schema itself is needed';
    const flags = patternOf(check.def)?.flags ?? '';
    if (flags !== '' && flags !== 'u') return `has a pattern with flag '${flags}', one without flags is needed`;
  }
  return undefined;
}

function patternOf(definition: z.core.$ZodCheckDef): RegExp | undefined {
  return 'pattern' in definition && definition.pattern instanceof RegExp ? definition.pattern : undefined;
}
