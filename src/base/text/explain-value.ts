import type { z } from 'zod';

/** The first problem of a value as "field 'a.b': …". */
export function explainValue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'it is wrong' : `field '${issue.path.join('.')}': ${issue.message}`;
}
