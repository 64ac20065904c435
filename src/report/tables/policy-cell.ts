import { type Html, html, trustedHtml } from '../html.ts';

/** First cell of a policy's row: its colour, as in the figures, and its name. */
export function policyCell(policy: string, colours: ReadonlyMap<string, string>): Html {
  const colour = trustedHtml(colours.get(policy) ?? 'currentColor');
  return html`<td><span class="swatch" style="background:${colour}"></span>${policy}</td>`;
}
