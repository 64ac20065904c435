import { badField, describeValue } from '../field.ts';
import type { SourceSchema } from './schema.ts';

const TURN = '\n\nAssistant:';

/**
 * Anthropic HH-RLHF: chosen and rejected are whole transcripts. The prompt is their common text up to the last
 * "\n\nAssistant:" (included); the rest, with its first space, is the response.
 */
export const hhRlhf: SourceSchema = {
  columns: { prompt: 'prompt', chosen: 'chosen', rejected: 'rejected', id: false },
  reads: [],
  adds: ['prompt'],
  derive: ({ chosen, rejected }, where) => {
    const [better, worse] = [transcript(chosen, 'chosen', where), transcript(rejected, 'rejected', where)];
    const end = endOfPrompt(better, worse);
    if (end === null)
      throw badField(
        where,
        'rejected',
        "has no prompt in common with 'chosen'",
        `a common text up to an "Assistant:" turn`,
      );
    return { prompt: better.slice(0, end), chosen: better.slice(end), rejected: worse.slice(end) };
  },
  splits: {},
  idsWithinSplit: false,
};

function transcript(value: unknown, field: string, where: string): string {
  if (typeof value === 'string') return value;
  throw badField(where, field, describeValue(value), 'text');
}

/** End of the prompt of two transcripts; null if they share no turn of the assistant. */
function endOfPrompt(first: string, second: string): number | null {
  const shared = sharedLength(first, second);
  if (shared < TURN.length) return null;
  const start = first.lastIndexOf(TURN, shared - TURN.length);
  return start < 0 ? null : start + TURN.length;
}

function sharedLength(first: string, second: string): number {
  const most = Math.min(first.length, second.length);
  let length = 0;
  while (length < most && first.charCodeAt(length) === second.charCodeAt(length)) length += 1;
  return length;
}
