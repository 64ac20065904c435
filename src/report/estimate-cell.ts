import type { Estimate } from '../evaluation/statistics/estimate.ts';
import { formatValue } from './format-number.ts';
import { type Html, html } from './html.ts';

/** A cell with a value and, set back, its interval. */
export function estimateCell({ value, low, high }: Estimate, format: (value: number) => string = formatValue): Html {
  if (low === null || high === null) return html`<td>${format(value)}</td>`;
  return html`<td>${format(value)} <span class="interval">[${format(low)}, ${format(high)}]</span></td>`;
}
