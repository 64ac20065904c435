import { expect, test } from 'vitest';
import type { Result } from '../../src/evaluation/comparison.ts';
import type { Saving } from '../../src/evaluation/savings.ts';
import type { Verdict } from '../../src/evaluation/verdict.ts';
import { renderSvg } from '../../src/figures/render-svg.ts';
import { savingsProfile } from '../../src/figures/savings-profile.ts';

const colours = new Map([['top-k', '#1f80c8']]);
const saving = (share: number, saved: number | null): Saving => ({
  share,
  saved,
  low: saved,
  high: saved,
  atMost: null,
});

/** A result whose only policy saved this much at 50, 75, 90 and 95 % of the baseline's gain; null where never reached. */
function resultOf(saved: readonly (number | null)[], answer: Verdict['answer'] = 'no'): Result {
  const savings = [0.5, 0.75, 0.9, 0.95].map((share, index) => saving(share, saved[index] ?? null));
  const estimate = { value: 0, low: 0, high: 0 };
  const against = {
    difference: { bySeed: [], ...estimate, p: 1, pAdjusted: 1 },
    verdict: { answer, reason: '' },
    savings,
    savingsCharged: savings,
    referenceSavings: null,
  };
  const policy = { policy: 'top-k', seeds: [1], area: estimate, final: estimate, curve: [], againstBaseline: against };
  return { metric: 'logLikelihood', split: 'test', policies: [policy], upperBound: null };
}

test('savingsProfile() stays in its picture when a policy never reaches the last shares', async () => {
  const figure = savingsProfile(resultOf([-0.9, -3.4, null, null]), 'random', colours);
  const svg = await renderSvg(figure!);
  expect(Number(/<svg[^>]* width="(\d+)"/.exec(svg)?.[1])).toBeLessThan(600);
  for (const share of ['50%', '75%', '90%', '95%']) expect(svg).toContain(`>${share}<`);
});

test('savingsProfile() draws nothing when no policy reaches two shares', () => {
  expect(savingsProfile(resultOf([-0.9, null, null, null]), 'random', colours)).toBeNull();
});

test('savingsProfile() leaves out a policy without a verdict', () => {
  expect(savingsProfile(resultOf([0.59, 0.6, 0.6, 0.6], 'yes'), 'random', colours)).not.toBeNull();
  expect(savingsProfile(resultOf([0.59, 0.6, 0.6, 0.6], 'undecided'), 'random', colours)).toBeNull();
});
