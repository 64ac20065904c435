import { formatCounted } from '../../base/text/format-count.ts';
import { quantile } from '../../math/quantile.ts';
import { type Check, stateAbove } from '../check.ts';
import { formatNumber } from '../format-found.ts';
import type { TextFindings } from '../quality-document.ts';
import { type Skipped, sentenceOf } from '../skipped.ts';

/** Distance of the nearest prompt over the median distance. */
const NEAREST = { warn: 0.95, fail: Number.POSITIVE_INFINITY } as const;

const NAMED = { name: 'neighbours', title: 'Nearest prompts' } as const;

/** Whether prompts have neighbours; whether these make sense is for a person to see. */
export function checkNeighbours(texts: TextFindings | Skipped): Check {
  if ('skipped' in texts) return { ...NAMED, state: 'skipped', finding: sentenceOf(texts), advice: '' };
  const shown = texts.neighbourhoods.filter(({ neighbours }) => neighbours.length > 0);
  if (shown.length === 0) return { ...NAMED, state: 'skipped', finding: 'There are not two prompts.', advice: '' };
  if (shown.every(({ median }) => median === 0))
    return {
      ...NAMED,
      state: 'fail',
      finding: 'Most prompts have the same features.',
      advice: 'Prompts cannot be told apart: a template or a cut leaves the same text of all of them.',
    };
  const ratios = shown.map(({ neighbours, median }) => (median === 0 ? 0 : neighbours[0]!.distance / median));
  const ratio = quantile(Float64Array.from(ratios).sort(), 0.5);
  const state = stateAbove(ratio, NEAREST);
  return {
    ...NAMED,
    state,
    finding: `The nearest prompt is at ${formatNumber(ratio)} of the median distance (median over ${formatCounted(shown.length, 'prompt')}).`,
    advice:
      state === 'ok'
        ? 'Read them below: neighbours should be about the same thing.'
        : 'Neighbours are hardly nearer than anybody else: read them below, and try another layer or mean pooling.',
  };
}
