import { describe, expect, test } from 'vitest';
import { collectArms } from '../../src/evaluation/arms.ts';
import { compareRuns } from '../../src/evaluation/compare-runs.ts';
import type { RunRecord } from '../../src/evaluation/run-record.ts';
import type { Figure } from '../../src/figures/figure.ts';
import { figuresOf } from '../../src/figures/figures-of.ts';
import { BASELINE_COLOUR } from '../../src/figures/palette.ts';
import { renderSvg } from '../../src/figures/render-svg.ts';
import { simulatedRuns } from '../evaluation/oracles/simulated-runs.ts';

const runs = simulatedRuns({
  efficiency: { random: 1, 'batch-entropy': 1.5 },
  seeds: [1, 2, 3, 4, 5],
  rounds: 8,
  noise: 0.001,
  world: 'figures',
});
const figuresFor = (records: readonly RunRecord[]): Figure[] =>
  Object.values(figuresOf(compareRuns(records), collectArms(records, 'random').arms)).flat();
const drawn = new Map<string, string>();
for (const figure of figuresFor(runs)) drawn.set(figure.name, await renderSvg(figure));

describe('figuresOf()', () => {
  test('draws curves, savings, differences, diversity and calibration for test and ood', () => {
    expect([...drawn.keys()]).toEqual([
      'curve-logLikelihood-test',
      'curve-logLikelihood-ood',
      'curve-accuracy-test',
      'curve-accuracy-ood',
      'savings-test',
      'savings-ood',
      'paired-logLikelihood-test',
      'paired-logLikelihood-ood',
      'prompts-so-far',
      'prompts-in-batch',
      'reliability-test',
      'reliability-ood',
    ]);
  });

  test('draws a full-data run as a line across the curves', () => {
    const [run] = runs as [RunRecord];
    const bound = { ...run, config: { ...run.config, acquisition: { initial: 'all' } }, rounds: run.rounds.slice(-1) };
    const curve = figuresFor([...runs, { ...bound, id: 'full' }]).find(({ name }) => name === 'curve-accuracy-test');
    const y = run.rounds.at(-1)?.splits['test']?.accuracy;
    expect(curve?.drawing).toMatchObject({ guide: [40, 320].map((x) => ({ x, y })) });
    expect(curve?.caption).toContain('The dashed line is what training on the whole labelled pool comes to.');
    expect(figuresFor(runs).find(({ name }) => name === 'curve-accuracy-test')?.drawing).toMatchObject({ guide: [] });
  });

  test('gives a lone run curves, diversity and calibration only', () => {
    const names = figuresFor(runs.slice(0, 1)).map(({ name }) => name);
    expect(names.filter((name) => /savings|paired/.test(name))).toEqual([]);
    expect(names).toContain('curve-logLikelihood-test');
  });
});

describe('renderSvg()', () => {
  test('names the axes with units and every policy at the end of its line', () => {
    const svg = drawn.get('curve-logLikelihood-test') as string;
    for (const text of ['log-likelihood (nats per pair)', 'labels acquired', '>batch-entropy<', '>random<'])
      expect(svg).toContain(text);
  });

  test('keeps one colour a policy in every figure', () => {
    for (const [name, svg] of drawn) {
      expect(svg, name).toContain('#1f80c8');
      if (!/savings|paired/.test(name)) expect(svg, name).toContain(BASELINE_COLOUR);
    }
  });

  test('holds numbers only: no NaN reaches a coordinate', () => {
    for (const [name, svg] of drawn) expect(svg, name).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('draws equal bytes again, without ids that would clash on one page', async () => {
    for (const figure of figuresFor(runs).slice(0, 3)) expect(await renderSvg(figure)).toBe(drawn.get(figure.name));
    for (const [name, svg] of drawn) expect(svg, name).not.toMatch(/ id="/);
  });
});
