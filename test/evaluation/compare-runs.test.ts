import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../src/evaluation/compare-runs.ts';
import { Comparison, type PolicyResult } from '../../src/evaluation/comparison.ts';
import { areaUnderCurve } from '../../src/evaluation/metrics/area-under-curve.ts';
import type { RunRecord } from '../../src/evaluation/run-record.ts';
import { simulatedRuns } from './oracles/simulated-runs.ts';

const runs = simulatedRuns({
  efficiency: { 'top-k': 0.6, random: 1, 'batch-entropy': 1.6 },
  seeds: [9, 17, 23, 54, 71],
  rounds: 15,
  noise: 0.001,
  world: 'compare',
});
const resultOf = (comparison: Comparison, policy: string, metric = 'logLikelihood', split = 'test'): PolicyResult => {
  const result = comparison.results.find((one) => one.metric === metric && one.split === split);
  return result?.policies.find((one) => one.policy === policy) as PolicyResult;
};
const areaOfSeed23 = (policy: string): number => {
  const run = runs.find((one) => one.policy === policy && one.seed === 23) as RunRecord;
  return areaUnderCurve(
    run.rounds.map((round) => round.labels),
    run.rounds.map((round) => round.splits['test']?.logLikelihood as number),
  );
};
const changed = (id: string, change: (run: RunRecord) => Partial<RunRecord>): RunRecord[] =>
  runs.map((run) => (run.id === id ? { ...run, ...change(run) } : run));

/** A run that labels everything at once, beside the others. */
const fullData = (seed: number, logLikelihood: number, config: object = {}): RunRecord => {
  const run = runs.find((one) => one.policy === 'random' && one.seed === seed) as RunRecord;
  const last = run.rounds.at(-1) as RunRecord['rounds'][number];
  const metrics = { ...(last.splits['test'] as NonNullable<(typeof last.splits)['test']>), logLikelihood };
  return {
    ...run,
    id: `full-s${seed}`,
    policy: 'full-data',
    comparisonKey: 'another',
    config: { ...run.config, acquisition: { initial: 'all' }, ...config },
    rounds: [{ ...last, labels: 5000, splits: { ...last.splits, test: metrics } }],
  };
};

describe('compareRuns()', () => {
  const comparison = compareRuns(runs);

  test('gives a document that its schema accepts and JSON carries', () => {
    expect(Comparison.parse(JSON.parse(JSON.stringify(comparison)))).toEqual(comparison);
  });

  test('puts the baseline first and pairs differences by seed', () => {
    expect(comparison.policies.map(({ policy }) => policy)).toEqual(['random', 'batch-entropy', 'top-k']);
    const difference = resultOf(comparison, 'batch-entropy').againstBaseline?.difference;
    expect(difference?.bySeed.find(({ seed }) => seed === 23)?.value).toBeCloseTo(
      areaOfSeed23('batch-entropy') - areaOfSeed23('random'),
      12,
    );
  });

  test('sets runs that label the whole pool at once apart, as an upper bound', () => {
    const bounds = [fullData(9, -0.4), fullData(17, -0.5)];
    const together = compareRuns([...runs, ...bounds, fullData(23, -9, { data: 'elsewhere' })]);
    const reason = 'an upper bound that labels the whole pool at once (acquisition.initial: all)';
    expect(together.leftOut).toEqual(['full-s17', 'full-s23', 'full-s9'].map((run) => ({ run, reason })));
    expect(together.results.map(({ policies }) => policies)).toEqual(
      comparison.results.map(({ policies }) => policies),
    );
    const bound = together.results.find(({ metric, split }) => metric === 'logLikelihood' && split === 'test');
    expect(bound?.upperBound?.value).toBeCloseTo(-0.45, 12);
    expect(comparison.results.every(({ upperBound }) => upperBound === null)).toBe(true);
  });

  test('compares runs that label the whole pool at once with their like', () => {
    const alone = compareRuns([fullData(9, -0.4), fullData(17, -0.5)]);
    expect(alone).toMatchObject({ labels: [5000], leftOut: [], policies: [{ policy: 'full-data' }] });
    expect(resultOf(alone, 'full-data').area.value).toBeCloseTo(-0.45, 12);
  });

  test('answers yes to a better policy and no to a worse one, on every split and whichever way the metric improves', () => {
    for (const split of ['test', 'ood', 'validation']) {
      for (const metric of ['logLikelihood', 'accuracy', 'brier']) {
        expect(resultOf(comparison, 'batch-entropy', metric, split).againstBaseline?.verdict.answer).toBe('yes');
        expect(resultOf(comparison, 'top-k', metric, split).againstBaseline?.verdict.answer).toBe('no');
      }
    }
    expect(resultOf(comparison, 'batch-entropy', 'brier').againstBaseline?.difference.value).toBeLessThan(0);
  });

  test('is undecided where a metric does not move', () => {
    expect(resultOf(comparison, 'batch-entropy', 'ece').againstBaseline?.verdict.answer).toBe('undecided');
  });

  test('is undecided with fewer than five paired seeds, and says so', () => {
    const few = compareRuns(runs.filter(({ seed }) => seed !== 71));
    expect(resultOf(few, 'batch-entropy').againstBaseline?.verdict).toEqual({
      answer: 'undecided',
      reason: '4 paired seeds, at least 5 are needed',
    });
  });

  test('does not depend on the order of the runs', () => {
    expect(compareRuns(runs.toReversed())).toEqual(comparison);
  });

  test('uses only seeds that both have, and says what stays out', () => {
    const missing = compareRuns(runs.filter(({ id }) => id !== 'random-s54' && id !== 'top-k-s9'));
    expect(resultOf(missing, 'top-k').seeds).toEqual([17, 23, 71]);
    expect(missing.notes).toEqual([
      'batch-entropy against random: 1 run has no partner of the same seed, left out of this comparison (batch-entropy seed 54)',
      'top-k against random: 2 runs have no partner of the same seed, left out of this comparison (top-k seed 54, random seed 9)',
    ]);
  });

  test('leaves unfinished runs out by name', () => {
    const unfinished = compareRuns(changed('top-k-s9', () => ({ status: 'paused' })));
    expect(unfinished.leftOut).toEqual([{ run: 'top-k-s9', reason: 'not finished (paused, 15 rounds measured)' }]);
    expect(resultOf(unfinished, 'top-k').seeds).toEqual([17, 23, 54, 71]);
  });

  test('gives a table without verdicts when there is no baseline', () => {
    const alone = compareRuns(runs.filter(({ policy }) => policy !== 'random'));
    expect(alone.baseline).toBeNull();
    expect(resultOf(alone, 'top-k').againstBaseline).toBeNull();
    expect(alone.notes).toEqual([
      "there is no finished run of 'random': differences, savings and verdicts are left out",
    ]);
  });

  test('compares with another baseline on request', () => {
    expect(resultOf(compareRuns(runs, { baseline: 'top-k' }), 'random').againstBaseline?.verdict.answer).toBe('yes');
  });

  test('compares a single run with nobody', () => {
    const single = compareRuns(runs.slice(0, 1));
    expect(resultOf(single, 'top-k').area.low).toBeNull();
  });

  test('counts an identical repeat of a run once', () => {
    const repeated = compareRuns([...runs, { ...(runs[0] as RunRecord), id: 'top-k-s9-again' }]);
    expect(repeated.leftOut).toEqual([{ run: 'top-k-s9-again', reason: 'same run as top-k-s9' }]);
  });

  test('skips splits that depend on what was selected', () => {
    const more = runs.map((run) => ({
      ...run,
      rounds: run.rounds.map((round) => ({
        ...round,
        splits: { ...round.splits, pool: round.splits['test'] as never },
      })),
    }));
    expect(new Set(compareRuns(more).results.map(({ split }) => split))).toEqual(
      new Set(['test', 'ood', 'validation']),
    );
  });

  test('refuses runs made under different conditions and names what differs', () => {
    const other = changed('top-k-s9', (run) => ({
      comparisonKey: 'other',
      config: { ...run.config, rounds: 3, worker: { threads: 2 } },
    }));
    expect(() => compareRuns(other)).toThrow(
      "Cannot compare run 'top-k-s9' with 'batch-entropy-s17': rounds: absent against 3; worker: absent against " +
        '{"threads":2}, equal conditions but policy and seed are needed',
    );
  });

  test('refuses two runs of one policy and seed that differ', () => {
    const twins = [...runs, { ...(runs[0] as RunRecord), id: 'twin', digest: 'other' }];
    expect(() => compareRuns(twins)).toThrow(
      "'top-k-s9' and 'twin' are both 'top-k' with seed 9 but their digests differ",
    );
  });

  test('refuses one name for runs that read other columns or groups', () => {
    const other = changed('top-k-s17', () => ({ itemFiles: { columns: null, groups: 'other groups' } }));
    expect(() => compareRuns(other)).toThrow("are both named 'top-k' but their policies differ");
  });

  test('refuses one name for two policies', () => {
    const mixed = changed('top-k-s17', (run) => ({
      config: { ...run.config, acquisition: { policy: 'top-k', 'top-k': { measure: 'variance' } } },
    }));
    expect(() => compareRuns(mixed)).toThrow("are both named 'top-k' but their policies differ");
  });

  test('refuses curves of unequal length', () => {
    const short = changed('top-k-s9', (run) => ({ rounds: run.rounds.slice(0, 3) }));
    expect(() => compareRuns(short)).toThrow('they were measured at labels 40, 80, 120 (3 rounds) and');
  });

  test('refuses a split nobody measured, and nothing at all', () => {
    expect(() => compareRuns(runs, { split: 'tset' })).toThrow(
      "Cannot compare runs on split 'tset': the runs measured test, ood, validation",
    );
    expect(() => compareRuns([])).toThrow('Cannot compare runs: there are none, at least one finished run is needed');
  });
});
