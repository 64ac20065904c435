import type { Check, CheckState } from './check.ts';

/** How the checks came out, in one sentence. */
export function headlineOf(checks: readonly Check[]): string {
  const clauses = [clauseOf(checks, 'fail', 'fails', 'fail'), clauseOf(checks, 'warn', 'needs a look', 'need a look')];
  const found = clauses.filter((clause) => clause !== '');
  const skipped = checks.filter(({ state }) => state === 'skipped').length;
  const made = checks.length - skipped;
  const sentence = found.length > 0 ? found.join('; ') : `all ${made} checks that could be made are ok`;
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${skipped > 0 ? ` (${skipped} skipped)` : ''}.`;
}

function clauseOf(checks: readonly Check[], state: CheckState, one: string, many: string): string {
  const titles = checks.filter((check) => check.state === state).map(({ title }) => title.toLowerCase());
  return titles.length === 0
    ? ''
    : `${titles.length} of ${checks.length} checks ${titles.length === 1 ? one : many}: ${titles.join(' · ')}`;
}
