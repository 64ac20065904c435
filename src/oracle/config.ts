import { z } from 'zod';
import { LONGEST_SECONDS } from '../base/after.ts';
import { PathText } from '../base/files/path-text.ts';

/** Labels that the dataset gives for soft labels. */
export const AnswerMode = z.enum(['soft', 'hard', 'drawn']);

/** The source of labels: the dataset at once, people through files, or a program. */
export const OracleConfig = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('dataset').describe('labels of the dataset, at once (the default)'),
    answers: AnswerMode.default('soft').describe(
      'use of soft labels: soft keeps them, hard takes the likelier side, drawn draws a side (validation labels too)',
    ),
  }),
  z.strictObject({
    type: z.literal('file').describe('labels written by people to files'),
    dir: PathText.nullable()
      .default(null)
      .describe('directory for batches and labels; null: `labels` in the run directory'),
  }),
  z.strictObject({
    type: z.literal('command').describe('labelling program: prints labels on its stdout'),
    command: z
      .union([z.array(z.string().min(1)).min(1), z.string().regex(/\S/, 'a program and its arguments')])
      .describe('the program and its arguments, as a list or as one text split at spaces; started without a shell'),
    timeoutSeconds: z
      .number()
      .min(1)
      .max(LONGEST_SECONDS)
      .default(3600)
      .describe('seconds allowed for the labels of one batch'),
  }),
]);
export type OracleConfig = z.infer<typeof OracleConfig>;
