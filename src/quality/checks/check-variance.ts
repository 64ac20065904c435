import { formatCount } from '../../base/text/format-count.ts';
import { type Check, type CheckState, stateAbove, worstOf } from '../check.ts';
import { formatNumber, formatShare } from '../format-found.ts';
import type { QualityFindings } from '../quality-document.ts';
import type { MatrixSummary } from '../summarise-matrix.ts';

/** Share of the variance that the largest dimension has. */
const LARGEST = { warn: 0.2, fail: 0.9 } as const;
/** In a space of few dimensions one has much by right: this many times its equal part is still none. */
const TIMES_EQUAL = 4;

/** Whether a few massive dimensions have the variance, which distances then see alone. */
export function checkVariance({ prompts, responses }: Pick<QualityFindings, 'prompts' | 'responses'>): Check {
  const state = worstOf([prompts, responses].map(stateOf));
  return {
    name: 'variance',
    title: 'Massive dimensions',
    state,
    finding: `Prompts: ${describe(prompts)}. Responses: ${describe(responses)}.`,
    advice:
      state === 'ok'
        ? ''
        : 'Policies that measure distances see little but these dimensions, and a head on raw features learns slowly: try another layer or mean pooling.',
  };
}

function stateOf({ variance, columns, rows }: MatrixSummary): CheckState {
  if (variance.largest.length === 0) return rows > 1 ? 'fail' : 'ok';
  const share = variance.largest[0]!.share;
  return share * columns <= TIMES_EQUAL ? 'ok' : stateAbove(share, LARGEST);
}

function describe({ variance, columns }: MatrixSummary): string {
  const [first] = variance.largest;
  if (first === undefined) return 'nothing varies';
  return `dimension ${first.dimension} has ${formatShare(first.share)} of the variance, the ten largest ${formatShare(variance.ten)}; as spread as ${formatNumber(variance.effective)} equal dimensions of ${formatCount(columns)}`;
}
