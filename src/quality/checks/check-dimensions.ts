import { formatCount } from '../../base/text/format-count.ts';
import { type Check, stateAbove, worstOf } from '../check.ts';
import type { QualityFindings } from '../quality-document.ts';
import type { MatrixSummary } from '../summarise-matrix.ts';

/** Share of dimensions that tell nothing. */
const IDLE = { warn: 0.01, fail: 0.5 } as const;

/** Dimensions that are zero, or the same in every row, or nearly so. */
export function checkDimensions({ prompts, responses }: Pick<QualityFindings, 'prompts' | 'responses'>): Check {
  const state = worstOf([prompts, responses].map((summary) => stateAbove(idleShare(summary), IDLE)));
  return {
    name: 'dimensions',
    title: 'Dead and constant dimensions',
    state,
    finding: `Prompts: ${describe(prompts)}. Responses: ${describe(responses)}.`,
    advice:
      state === 'ok'
        ? ''
        : 'They take memory and tell nothing. Many of them point to a layer or pooling that is not meant for features, or to a type too coarse for them (--store-dtype float32).',
  };
}

const idleShare = ({ dead, constant, nearConstant, columns }: MatrixSummary): number =>
  (dead.count + constant.count + nearConstant.count) / columns;

const describe = ({ dead, constant, nearConstant, columns }: MatrixSummary): string =>
  `${formatCount(dead.count)} dead, ${formatCount(constant.count)} constant and ${formatCount(nearConstant.count)} nearly constant of ${formatCount(columns)}`;
