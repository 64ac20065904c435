import { formatCount } from '../../base/text/format-count.ts';
import { type Check, stateAbove, worstOf } from '../check.ts';
import { formatShare } from '../format-found.ts';
import type { Truncation } from '../truncation.ts';

/** Share of texts that lost their end, and of answers of which nothing is left. */
const CUT = { warn: 0.05, fail: 0.5 } as const;
const LOST = { warn: Number.MIN_VALUE, fail: 0.01 } as const;

const NAMED = { name: 'truncation', title: 'Truncated texts' } as const;

/** How much of the texts was embedded. */
export function checkTruncation(truncation: readonly Truncation[]): Check {
  if (truncation.length === 0)
    return { ...NAMED, state: 'skipped', finding: 'The store does not tell what was cut off.', advice: '' };
  const total = (kind: Exclude<keyof Truncation, 'split'>): number =>
    truncation.reduce((sum, one) => sum + one[kind], 0);
  const [prompts, responses] = [total('prompts'), total('responses')];
  const [endedPrompts, endedResponses, lost] = [
    total('truncatedPrompts'),
    total('truncatedResponses'),
    total('lostResponses'),
  ];
  const state = worstOf([
    stateAbove(endedPrompts / Math.max(1, prompts), CUT),
    stateAbove(endedResponses / Math.max(1, responses), CUT),
    stateAbove(lost / Math.max(1, responses), LOST),
  ]);
  return {
    ...NAMED,
    state,
    finding: `End cut off: ${of(endedPrompts, prompts)} prompts, ${of(endedResponses, responses)} responses. Nothing left: ${of(lost, responses)} responses. Cut to leave room for answers: ${of(total('cutPrompts'), prompts)} prompts.`,
    advice: state === 'ok' ? '' : 'Extract with a larger --max-tokens (up to the model’s limit) or a shorter template.',
  };
}

const of = (count: number, whole: number): string =>
  `${formatCount(count)} of ${formatCount(whole)} (${formatShare(count / Math.max(1, whole))})`;
