import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { AREAS } from './prose.ts';

const Entry = z.strictObject({
  rule: z.string().regex(/^[a-z][a-z-]+$/),
  pattern: z.string().min(3),
  instead: z.string().min(1),
  where: z.array(z.enum(AREAS)).min(1),
  hits: z.array(z.string()).min(1),
  misses: z.array(z.string()).default([]),
});

/** One phrase that is not to be written: as an expression, with what to write instead and the areas it is looked for in. */
export type BannedPhrase = Readonly<z.output<typeof Entry>> & { readonly expression: RegExp };

/** Reads the list, in its order. In a pattern a space is any white space and `{}` is a value or a code span. @throws ZodError, SyntaxError */
export function readBannedPhrases(file: URL = new URL('banned.yaml', import.meta.url)): BannedPhrase[] {
  const entries = z.array(Entry).parse(parse(readFileSync(file, 'utf8')));
  return entries.map((entry) => ({ ...entry, expression: compile(entry.pattern) }));
}

const compile = (pattern: string): RegExp =>
  new RegExp(pattern.trim().replaceAll('{}', String.raw`\{[^{}]*\}`).replaceAll(/ +/g, String.raw`\s+`), 'giu');
