import type { Comparison } from '../evaluation/comparison.ts';
import { CURVE_METRIC_TRAITS } from '../evaluation/metrics/curve-metrics.ts';
import { SEEDS_NEEDED } from '../evaluation/verdict.ts';
import { type Html, html } from './html.ts';

/** How the numbers were made, in the words a sceptical reader needs. */
export function methodNotes(comparison: Comparison): Html {
  const baseline = comparison.baseline ?? 'the baseline';
  return html`<ul>
<li>Runs with the same seed share the initial labels, the splits, the initial weights and the order of training; only the choice of batches differs. Every difference is taken within a seed.</li>
<li>The area under a learning curve is the ${CURVE_METRIC_TRAITS[comparison.metric].title} averaged over the label axis (trapezoid rule), in the unit of the metric.</li>
<li>“Yes” (better) and “no” (worse) need at least ${SEEDS_NEEDED} paired seeds, an adjusted p of at most 0.05 and an interval of the difference that excludes zero; otherwise the answer is “undecided”. p comes from a paired t-test over seeds, adjusted over policies by Holm’s method within a metric and split; other splits and metrics are looked at beside the primary one and are not adjusted for.</li>
<li>Intervals of differences and savings: 95 % percentile bootstrap over seeds, stretched by t/z·√(n/(n−1)) for few seeds. Intervals of means and bands: Student, degrees of freedom seeds − 1.</li>
<li>Labels saved: 1 − labels needed by the policy / labels needed by ${baseline} to reach a share of ${baseline}’s total gain, on isotonic fits of the seed-mean curves, interpolated in the logarithm of labels. “never” means that the policy does not reach the level within the budget; “none” as a lower bound, that some resamples do not.</li>
<li>The reference’s rule (three-round trailing mean, first round above ${baseline}’s last value) is given for comparison with the paper only: it has no interval and finds savings between identical policies.</li>
<li>${chargedNote(comparison)}</li>
</ul>`;
}

function chargedNote({ labels, labelsCharged }: Comparison): string {
  const extra = (labelsCharged.at(-1) ?? 0) - (labels.at(-1) ?? 0);
  return extra === 0
    ? 'No validation labels are charged to the budget: labels acquired are all that is counted.'
    : `Validation labels are charged to the budget: ${extra} labels on top of those acquired, in every round. Learning curves show labels acquired.`;
}
