import { z } from 'zod';
import { badField } from '../field.ts';
import type { SourceSchema } from './schema.ts';

const Messages = z.array(z.object({ role: z.string(), content: z.string() }));
const EXPECTED = "a user's message that is the prompt and an assistant's response";

/** UltraFeedback binarised: prompt, and chosen and rejected as lists of two messages {content, role}. */
export const ultrafeedback: SourceSchema = {
  columns: { prompt: 'prompt', chosen: 'chosen', rejected: 'rejected', id: false },
  reads: [],
  adds: [],
  derive: (values, where) => ({
    ...values,
    chosen: answerOf(values['chosen'], 'chosen', values['prompt'], where),
    rejected: answerOf(values['rejected'], 'rejected', values['prompt'], where),
  }),
  splits: {
    train_prefs: 'train',
    test_prefs: 'test',
    train_sft: null,
    test_sft: null,
    train_gen: null,
    test_gen: null,
  },
  idsWithinSplit: false,
};

function answerOf(value: unknown, field: string, prompt: unknown, where: string): string {
  const messages = Messages.safeParse(value);
  if (!messages.success) throw badField(where, field, 'is not a list of messages {content, role}', EXPECTED);
  const [asked, answered, ...more] = messages.data;
  const roles = messages.data.map(({ role }) => role).join(', ');
  if (asked?.role !== 'user' || answered?.role !== 'assistant' || more.length > 0)
    throw badField(where, field, `has roles ${roles || '(none)'}`, EXPECTED);
  if (asked.content !== prompt) throw badField(where, field, "responds to another text than field 'prompt'", EXPECTED);
  return answered.content;
}
