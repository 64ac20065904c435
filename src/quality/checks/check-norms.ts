import { formatCounted } from '../../base/text/format-count.ts';
import { type Check, stateAbove, worstOf } from '../check.ts';
import { formatNumber } from '../format-found.ts';
import type { QualityFindings } from '../quality-document.ts';
import type { MatrixSummary } from '../summarise-matrix.ts';

/** Share of rows that are zero. */
const ZERO = { warn: Number.MIN_VALUE, fail: 0.05 } as const;
/** The largest norm over the median one. */
const SPREAD = { warn: 10, fail: 1000 } as const;

/** Rows of zeros and rows of another size than the rest. */
export function checkNorms({ prompts, responses }: Pick<QualityFindings, 'prompts' | 'responses'>): Check {
  const zero = [prompts, responses].map(({ norms, rows }) => stateAbove(norms.zero / Math.max(1, rows), ZERO));
  const spread = [prompts, responses].map(({ norms }) => stateAbove(spreadOf(norms), SPREAD));
  const state = worstOf([...zero, ...spread]);
  return {
    name: 'norms',
    title: 'Norms',
    state,
    finding: `Every value is finite. Norms of prompts ${describe(prompts)}, of responses ${describe(responses)}.`,
    advice: state === 'ok' ? '' : adviceFor(worstOf(zero) !== 'ok'),
  };
}

const spreadOf = ({ max, median }: MatrixSummary['norms']): number => (median === 0 ? 0 : max / median);

function describe({ norms }: MatrixSummary): string {
  const { min, median, max, zero } = norms;
  const range = `${formatNumber(min)} to ${formatNumber(max)}, median ${formatNumber(median)}`;
  return zero > 0 ? `${range} (${formatCounted(zero, 'row')} of zeros)` : range;
}

const adviceFor = (hasZeros: boolean): string =>
  hasZeros
    ? 'Look at the texts of the rows of zeros: nothing was embedded there. Imported features have one such row for prompts that were not published.'
    : 'A few rows are far larger than the rest and lead every distance: look at their texts, and embed with another pooling where they are no mistake.';
