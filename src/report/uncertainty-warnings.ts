import { latestDiagnostics } from '../diagnostics/latest-diagnostics.ts';
import { uncertaintyWarning } from '../diagnostics/uncertainty-warning.ts';
import type { Arm } from '../evaluation/arms.ts';
import { type Html, html } from './html.ts';

/** Policies in whose runs uncertainty said nothing beyond distance in the end: of how many seeds, and the first in words. */
export function uncertaintyWarnings(arms: readonly Arm[]): Html {
  const lines = arms.flatMap(({ policy, runs }) => {
    const sentences = runs.flatMap(({ seed, diagnostics = [] }) => {
      const { measured } = latestDiagnostics(diagnostics);
      const warning = measured === null ? null : uncertaintyWarning(measured.splits);
      return warning === null ? [] : [`seed ${seed}: ${warning}`];
    });
    const [first] = sentences;
    return first === undefined ? [] : [`${policy}, ${sentences.length} of ${runs.length} runs. ${first}.`];
  });
  return lines.length === 0 ? html`` : html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}
