import { z } from 'zod';
import { explainValue } from '../base/text/explain-value.ts';
import { ErrorCode } from '../protocol/errors.ts';
import { WorkerFailure } from '../worker/worker-failure.ts';

/** What the fence gives back, checked before anything is made of it. */
const FenceAnswer = z.union([
  z.strictObject({ answer: z.unknown() }),
  z.strictObject({
    error: z.strictObject({ code: ErrorCode, message: z.string(), details: z.record(z.string(), z.string()) }),
  }),
]);

/**
 * The checked answer of a call.
 * @throws WorkerFailure with what was raised in Python (USER_CODE), or INVALID_DATA when the answer is not of the schema.
 */
export function readPythonAnswer<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  text: string,
): z.output<Schema> {
  const given = FenceAnswer.parse(JSON.parse(text));
  if ('error' in given) {
    const { code, message, details } = given.error;
    throw new WorkerFailure(code, `Cannot call '${name}': ${message}`, details);
  }
  const answer = schema.safeParse(given.answer);
  if (answer.success) return answer.data;
  throw new WorkerFailure(
    'INVALID_DATA',
    `Cannot use the answer of '${name}': ${explainValue(answer.error)}, what the schema describes is needed`,
  );
}
