import type { SplitDiagnostic } from './split-diagnostic.ts';

/**
 * In words, that uncertainty says nothing of errors beyond the distance of the answers on any of the splits, and what to do;
 * null where it does on one of them, or where it cannot be told (constant uncertainty, too few pairs, no split).
 */
export function uncertaintyWarning(splits: Readonly<Record<string, SplitDiagnostic>>): string | null {
  const judged = Object.entries(splits).flatMap(([name, { count, partial, noise }]) =>
    partial === null || noise === null ? [] : [{ name, count, partial, noise }],
  );
  if (judged.length === 0 || judged.some(({ partial, noise }) => partial >= noise)) return null;
  const found = judged.map(
    ({ name, count, partial, noise }) =>
      `${partial.toFixed(3)} on ${name} (${partial <= -noise ? 'negative' : `noise of ${count} pairs: ±${noise.toFixed(3)}`})`,
  );
  return `Uncertainty says nothing of errors beyond the distance of the two answers: given distance its rank correlation with them is ${found.join(', ')}; where they do not already hold, posterior.type=bayesian-linear, which sees the form of answers, or posterior.noise.type=distance may repair it, acquisition.policy=best-of bounds what it can do, and acquisition.policy=random asks nothing of it`;
}
