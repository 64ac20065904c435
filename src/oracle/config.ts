import { z } from 'zod';
import { LONGEST_SECONDS } from '../base/after.ts';
import { PathText } from '../base/files/path-text.ts';

/** What the dataset answers where its labels are soft. */
export const AnswerMode = z.enum(['soft', 'hard', 'drawn']);

/** Who answers: the dataset's own labels at once, people through files, or a program. */
export const OracleConfig = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('dataset').describe('the dataset answers at once (the default)'),
    answers: AnswerMode.default('soft').describe(
      'where labels are probabilities: soft gives them, hard the likelier side, drawn a side drawn by them (validation too)',
    ),
  }),
  z.strictObject({
    type: z.literal('file').describe('people answer through files'),
    dir: PathText.nullable()
      .default(null)
      .describe('directory batches are written to and answers read from; null: `labels` in the run directory'),
  }),
  z.strictObject({
    type: z.literal('command').describe('a program answers on its stdout'),
    command: z
      .union([z.array(z.string().min(1)).min(1), z.string().regex(/\S/, 'a program and its arguments')])
      .describe('the program and its arguments, as a list or one text split at spaces; no shell is between'),
    timeoutSeconds: z
      .number()
      .min(1)
      .max(LONGEST_SECONDS)
      .default(3600)
      .describe('time allowed for the answers to one batch'),
  }),
]);
export type OracleConfig = z.infer<typeof OracleConfig>;
