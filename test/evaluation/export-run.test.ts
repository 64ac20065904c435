import { describe, expect, test } from 'vitest';
import { exportRun } from '../../src/evaluation/export-run.ts';
import type { RoundRecord, RunRecord } from '../../src/evaluation/run-record.ts';
import { simulatedRuns } from './oracles/simulated-runs.ts';

const [run] = simulatedRuns({
  efficiency: { 'batch-entropy': 1 },
  seeds: [1],
  rounds: 2,
  noise: 0.001,
  world: 'export',
}) as [RunRecord];
const [first, last] = run.rounds as [RoundRecord, RoundRecord];
const lines = (record: RunRecord, format: 'reference' | 'jsonl') =>
  exportRun(record, format)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number | null>);

const MODE_KEYS = (mode: string): string[] => [
  `ensemble/${mode}_EnsAvgEpistemic`,
  `ensemble${mode}_EnsAvgPredictive`,
  `ensemble/${mode}_EnsAvgAleatoric`,
  `ensemble/${mode}_EnsAvgVariance`,
  `ensemble/${mode}_EnsAvgAccuracy`,
  `ensemble/${mode}_LogLikelihood`,
  `ensemble/${mode}_AvgBrierScore`,
  ...['BrierScore', 'Error'].flatMap((error) =>
    ['Epistemic', 'Predictive', 'Variance'].map((measure) => `ensemble/${mode}_Corr${measure}${error}`),
  ),
];
const TERM_KEYS = (term: string): string[] =>
  ['max', 'min', 'p95', 'p50', 'p5'].map((statistic) => `batch_stats/${term}_${statistic}`);

describe('exportRun() as reference', () => {
  test('has exactly the keys of the reference, one object a round', () => {
    const modes = ['test', 'ood', 'eval'].flatMap(MODE_KEYS);
    const terms = ['Epistemic Uncertainty', 'final_score', 'uncertainty_score_ratio'].flatMap(TERM_KEYS);
    const rows = lines(run, 'reference');
    expect(rows.map((row) => Object.keys(row))).toEqual([
      ['round', 'labels', ...modes, ...terms],
      ['round', 'labels', ...modes],
    ]);
    expect(rows[0]).toMatchObject({
      'ensemble/test_LogLikelihood': first.splits['test']?.logLikelihood,
      ensembleeval_EnsAvgPredictive: 0.6,
      'ensemble/ood_CorrVarianceError': 0.15,
      'batch_stats/uncertainty_score_ratio_p50': 0.5,
    });
  });

  test('takes ties for hits, as the reference does', () => {
    const metrics = { ...first.splits['test']!, count: 8, accuracy: 0.625, ties: 2 };
    const [row] = lines({ ...run, rounds: [{ ...last, splits: { test: metrics } }] }, 'reference');
    expect(row).toMatchObject({ 'ensemble/test_EnsAvgAccuracy': 0.75 });
  });

  test('calls pool and labelled train and buffer, unless a split has that name', () => {
    const metrics = first.splits['test'] as NonNullable<RoundRecord['splits'][string]>;
    const keysOf = (...names: string[]) => {
      const splits = Object.fromEntries(names.map((name) => [name, metrics]));
      return Object.keys(lines({ ...run, rounds: [{ ...last, splits }] }, 'reference')[0] ?? {}).slice(2);
    };
    expect(keysOf('pool', 'labelled')).toEqual(['train', 'buffer'].flatMap(MODE_KEYS));
    expect(keysOf('train', 'pool')).toEqual(['train', 'pool'].flatMap(MODE_KEYS));
  });

  test('gives ψ(n + 1) before it is divided by d, and renames the entropy terms', () => {
    const spread = { max: 3, min: 1, p95: 2.9, p50: 2, p5: 1.1 };
    const batch = { size: 2, uniquePrompts: 2, uniquePromptsSoFar: 4 };
    const statistics = { distance: spread, digamma: spread, entropy: spread, weighted: spread, price: spread };
    const config = { acquisition: { policy: 'batch-entropy', 'batch-entropy': { digammaDivisor: 4 } } };
    const record = { ...run, config, rounds: [{ ...first, splits: {}, batch: { ...batch, statistics } }] };
    const [row = {}] = lines(record, 'reference');
    expect(Object.keys(row).slice(2)).toEqual(
      ['ent_dist_term', 'ent_digamma_term', 'state_entropy', 'entropy_score', 'price'].flatMap(TERM_KEYS),
    );
    expect([row['batch_stats/ent_digamma_term_max'], row['batch_stats/ent_dist_term_max']]).toEqual([12, 3]);
  });

  test('has null for what a run of an earlier version did not measure', () => {
    const { spearman: _spearman, ...metrics } = first.splits['test'] as NonNullable<RoundRecord['splits'][string]>;
    const [row] = lines({ ...run, rounds: [{ ...last, splits: { test: metrics } }] }, 'reference');
    expect(row).toMatchObject({
      'ensemble/test_CorrEpistemicError': null,
      'ensemble/test_AvgBrierScore': metrics.brier,
    });
  });
});

describe('exportRun() under our own names', () => {
  test('has a flat object a round, the batch that it acquired next within', () => {
    const rows = lines(run, 'jsonl');
    expect(rows[0]).toMatchObject({
      round: 0,
      labels: 40,
      labelsCharged: 140,
      seconds: 1.5,
      'test.count': 400,
      'test.logLikelihood': first.splits['test']?.logLikelihood,
      'test.spearman.error.aleatoric': null,
      'batch.size': 40,
      'batch.uniqueRatio': 0.9,
      'batch.uniqueRatioSoFar': 76 / 80,
      'batch.epistemic.max': 1,
    });
    expect(Object.keys(rows[1] ?? {}).filter((key) => key.startsWith('batch'))).toEqual([]);
  });

  test('has the same in CSV, empty cells for what is missing', () => {
    const [header = '', ...rows] = exportRun(run, 'csv').trimEnd().split('\n');
    const [one, two] = rows.map((row) => row.split(','));
    expect(header.split(',')).toEqual(Object.keys(lines(run, 'jsonl')[0] ?? {}));
    expect(one?.map((cell) => (cell === '' ? null : Number(cell)))).toEqual(
      Object.values(lines(run, 'jsonl')[0] ?? {}),
    );
    expect(two?.at(-1)).toBe('');
  });

  test('is empty for a run that has measured nothing', () => {
    expect(exportRun({ ...run, rounds: [] }, 'jsonl')).toBe('');
  });
});
