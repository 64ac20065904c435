import type { Saving } from '../evaluation/savings.ts';
import type { Estimate } from '../evaluation/statistics/estimate.ts';
import { type Html, html } from './html.ts';

/** A metric with four decimals. */
export const formatValue = (value: number): string => value.toFixed(4);

/** A difference with four decimals and its sign. */
export const formatSigned = (value: number): string => (value < 0 ? '' : '+') + value.toFixed(4);

/** An estimate as `value [low, high]`; the value alone where it has no interval. */
export function formatEstimate(
  { value, low, high }: Estimate,
  format: (value: number) => string = formatValue,
): string {
  return low === null || high === null ? format(value) : `${format(value)} [${format(low)}, ${format(high)}]`;
}

/** A share as whole percent. */
export const formatPercent = (share: number): string => `${(share * 100).toFixed(0).replace(/^-0$/, '0')}%`;

/** Labels saved as `31% [12%, 44%]`, `never (< 5%)` where the level was not reached, `-` where there is nothing to reach. */
export function formatSaving({ saved, low, high, atMost }: Saving): string {
  if (atMost !== null) return `never (< ${formatPercent(atMost)})`;
  if (saved === null) return '-';
  if (low === null && high === null) return formatPercent(saved);
  return `${formatPercent(saved)} [${low === null ? 'none' : formatPercent(low)}, ${high === null ? 'none' : formatPercent(high)}]`;
}

/** A p value with two digits, `< 0.0001` below that. */
export const formatP = (p: number): string => (p < 0.0001 ? '< 0.0001' : p < 0.01 ? p.toFixed(4) : p.toFixed(3));

/** A cell with a value and, set back, its interval. */
export function estimateCell({ value, low, high }: Estimate, format: (value: number) => string = formatValue): Html {
  if (low === null || high === null) return html`<td>${format(value)}</td>`;
  return html`<td>${format(value)} <span class="interval">[${format(low)}, ${format(high)}]</span></td>`;
}
