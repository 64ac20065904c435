import { expect, test } from 'vitest';
import { compareRuns } from '../../../src/evaluation/compare-runs.ts';
import type { Comparison } from '../../../src/evaluation/comparison.ts';
import { savingsTable } from '../../../src/report/tables/savings-table.ts';
import { simulatedRuns } from '../../evaluation/oracles/simulated-runs.ts';

const runs = simulatedRuns({
  efficiency: { random: 1, better: 1.5, same: 1 },
  seeds: [1, 2, 3, 4, 5],
  rounds: 8,
  noise: 0.002,
  world: 'savings-table',
});

/** The page's two parts: what is open, and what is folded. */
function partsOf(comparison: Comparison): { readonly open: string; readonly folded: string } {
  const result = comparison.results.find(({ split, metric }) => split === 'test' && metric === 'logLikelihood')!;
  const text = savingsTable(comparison, result, new Map()).html;
  const [open = '', folded = ''] = text.split('<details>');
  return { open, folded };
}

test('savingsTable() folds policies without a verdict', () => {
  const comparison = compareRuns(runs);
  const verdicts = comparison.results[0]!.policies.map(({ policy, againstBaseline: against }) => [
    policy,
    against?.verdict.answer,
  ]);
  expect(verdicts).toContainEqual(['better', 'yes']);
  expect(verdicts).toContainEqual(['same', 'undecided']);
  const { open, folded } = partsOf(comparison);
  expect(open).toContain('better');
  expect(open).not.toContain('same');
  expect(folded).toContain('without a verdict: same');
  expect(folded).not.toContain('better');
});

test('savingsTable() folds nothing where every policy has a verdict', () => {
  const { open, folded } = partsOf(compareRuns(runs.filter(({ policy }) => policy !== 'same')));
  expect(open).toContain('better');
  expect(folded).toBe('');
});
