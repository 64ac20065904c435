import { formatCounted } from '../../base/text/format-count.ts';
import type { DoubledToken } from '../../protocol/operations/features-extract.ts';

/** What to do where the tokenizer's special tokens can be left out, and where they cannot. */
const ADVICE = {
  extract:
    'leave it out of the template, or the tokenizer’s own with special_tokens: false in the template file (--no-special-tokens)',
  uncertainty: 'leave it out of the template, as the tokenizer adds its own',
} as const;

/** Special tokens that texts hold twice, in lines for people. */
export function describeDoubled(doubled: readonly DoubledToken[], command: keyof typeof ADVICE): string[] {
  return doubled.map(
    ({ token, texts }) =>
      `note: the special token '${token}' stands twice at the begin or the end of ${formatCounted(texts, 'text')}; ${ADVICE[command]}`,
  );
}
