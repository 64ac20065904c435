import type { PolicyNeeds } from '../acquisition/policy.ts';
import { type PosteriorType, posteriorOf } from '../posterior/index.ts';
import { columnOf } from './problem/pool-columns.ts';

/** A policy's needs, and epistemic uncertainty beside them where the posterior judges the pool anyway and gives it. */
export function withUncertainty(needs: PolicyNeeds, type: PosteriorType): PolicyNeeds {
  const isJudged = needs.samples || needs.measures.some((measure) => columnOf(measure) === null);
  const isGiven = posteriorOf(type).measures.includes('epistemic');
  if (!isJudged || !isGiven || needs.measures.includes('epistemic')) return needs;
  return { ...needs, measures: [...needs.measures, 'epistemic'] };
}
