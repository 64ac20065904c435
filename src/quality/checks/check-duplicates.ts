import { formatCount, formatCounted } from '../../base/text/format-count.ts';
import { type Check, stateAbove, worstOf } from '../check.ts';
import { formatNumber } from '../format-found.ts';
import type { TextFindings } from '../quality-document.ts';
import { type Skipped, sentenceOf } from '../skipped.ts';
import type { DuplicateTexts } from '../unequal-duplicates.ts';

/** Relative difference of two embeddings of one text: rounding of float32, and of anything. */
const DIFFERENCE = { warn: 1e-5, fail: 1e-2 } as const;

const NAMED = { name: 'duplicates', title: 'Equal texts, unequal features' } as const;

/** Whether one text has one embedding. */
export function checkDuplicates(texts: TextFindings | Skipped): Check {
  if ('skipped' in texts) return { ...NAMED, state: 'skipped', finding: sentenceOf(texts), advice: '' };
  const { prompts, responses } = texts.duplicates;
  const state = worstOf([prompts, responses].map(({ largest }) => stateAbove(largest, DIFFERENCE)));
  return {
    ...NAMED,
    state,
    finding: `${describe('prompt', prompts)} ${describe('response', responses)}`,
    advice:
      state === 'ok'
        ? ''
        : 'One text must have one embedding: the model is not deterministic (dropout, sampling), or rows are not those of the texts. Extract again in float32; where that changes nothing, suspect the order of rows.',
  };
}

function describe(what: string, { copies, unequal, largest }: DuplicateTexts): string {
  if (copies === 0) return `No ${what} stands in two rows.`;
  const found = formatCounted(copies, `copy of a ${what}`, `copies of ${what}s`);
  return unequal === 0
    ? `${found}, all with the same features.`
    : `${found}, ${formatCount(unequal)} with other features (largest relative difference ${formatNumber(largest)}).`;
}
