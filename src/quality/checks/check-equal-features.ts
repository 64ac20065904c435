import { formatCount, formatCounted } from '../../base/text/format-count.ts';
import { type Check, stateAbove, worstOf } from '../check.ts';
import { formatShare } from '../format-found.ts';
import type { QualityFindings, TextFindings } from '../quality-document.ts';
import { sentenceOf } from '../skipped.ts';

/** Share of rows that another text shares, and of pairs that cannot be told apart. */
const ROWS = { warn: Number.MIN_VALUE, fail: 0.05 } as const;
const PAIRS = { warn: Number.MIN_VALUE, fail: 0.01 } as const;

const NAMED = { name: 'equal-features', title: 'Unequal texts, equal features' } as const;

/** Whether different texts have different embeddings: where they do not, the difference was cut off. */
export function checkEqualFeatures({
  texts,
  prompts,
  responses,
}: Pick<QualityFindings, 'texts' | 'prompts' | 'responses'>): Check {
  if ('skipped' in texts) return { ...NAMED, state: 'skipped', finding: sentenceOf(texts), advice: '' };
  const { equalFeatures } = texts;
  const pairs = sum(texts.equalPairs.map((split) => split.pairs));
  const ofPairs = sum(texts.equalPairs.map((split) => split.of));
  const state = worstOf([
    stateAbove(equalFeatures.prompts.rows / Math.max(1, prompts.rows), ROWS),
    stateAbove(equalFeatures.responses.rows / Math.max(1, responses.rows), ROWS),
    stateAbove(pairs / Math.max(1, ofPairs), PAIRS),
  ]);
  return {
    ...NAMED,
    state,
    finding: `${rows(equalFeatures, 'prompts', prompts.rows)} and ${rows(equalFeatures, 'responses', responses.rows)} share their features with another text; in ${formatCount(pairs)} of ${formatCounted(ofPairs, 'pair')} both answers do (${formatShare(pairs / Math.max(1, ofPairs))}).`,
    advice:
      state === 'ok'
        ? ''
        : 'What tells these texts apart was cut off (a larger --max-tokens or a shorter template keeps it), or the tokenizer does not tell it (capitals, spaces, rare characters). Nothing can be learned from such pairs: leave them out, or take another model.',
  };
}

const rows = (found: TextFindings['equalFeatures'], what: 'prompts' | 'responses', of: number): string =>
  `${formatCount(found[what].rows)} of ${formatCount(of)} ${what}`;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
