import { formatCount } from '../../base/text/format-count.ts';
import { estimateCell } from '../../report/format-number.ts';
import { type Html, html } from '../../report/html.ts';
import { CHANCE } from '../probe/judge-probe.ts';
import type { ProbeMeasure } from '../probe/measure-probe.ts';
import type { ProbeResult } from '../probe/run-probe.ts';

/** The probe's numbers against chance, and how they were made. */
export const probeSection = ({
  train,
  validation,
  heldOut,
  rate,
  steps,
}: ProbeResult): Html => html`<div class="wide"><table>
<thead><tr><th>split</th><th>pairs</th><th>of</th><th>prompts</th><th>log-likelihood</th><th>accuracy</th></tr></thead>
<tbody>
${measureRow(train, 'learned from')}
${measureRow(validation, 'never seen')}
<tr><td class="soft">chance</td><td></td><td></td><td></td><td>${CHANCE.logLikelihood.toFixed(4)}</td><td>${CHANCE.accuracy.toFixed(4)}</td></tr>
</tbody></table></div>
<p class="soft">A linear reward head on response features, each dimension standardised over all responses (at most 10 deviations either way), so that features of any scale are learned alike. ${formatCount(heldOut)} pairs of other prompts of ${train.split} chose the rate (${rate} / dimensions) and when to stop (step ${steps}). Pairs are drawn where a split has more than are shown. Log-likelihood in nats a pair; 95 % intervals by a bootstrap over prompts.</p>`;

const measureRow = ({ split, pairs, available, prompts, logLikelihood, accuracy }: ProbeMeasure, role: string): Html =>
  html`<tr><td>${split} <span class="soft">${role}</span></td><td>${formatCount(pairs)}</td><td>${formatCount(available)}</td><td>${formatCount(prompts)}</td>${estimateCell(logLikelihood)}${estimateCell(accuracy)}</tr>`;
