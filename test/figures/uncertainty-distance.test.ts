import { expect, test } from 'vitest';
import { batchDiagnostic } from '../../src/diagnostics/batch-diagnostic.ts';
import type { DiagnosticLine } from '../../src/diagnostics/diagnostic-line.ts';
import type { RunRecord } from '../../src/evaluation/run-record.ts';
import { BASELINE_COLOUR, policyColours } from '../../src/figures/palette.ts';
import { renderSvg } from '../../src/figures/render-svg.ts';
import { uncertaintyDistance } from '../../src/figures/uncertainty-distance.ts';
import { simulatedRuns } from '../evaluation/oracles/simulated-runs.ts';

const distances = Float64Array.from({ length: 300 }, (_, pair) => 1 + pair / 300);
const picks = Int32Array.from({ length: 40 }, (_, pick) => 299 - pick);
const [record] = simulatedRuns({ efficiency: { 'top-k': 1 }, seeds: [3], rounds: 2, noise: 0, world: 'figure' });
const colours = policyColours(['top-k'], null);

function drawn(uncertainty: Float64Array | null, from = distances, palette = colours) {
  const batch = batchDiagnostic({ picks, distances: from, uncertainty, others: new Map() });
  const line: DiagnosticLine = { type: 'batch', round: 1, uncertainty: uncertainty && 'epistemic', batch };
  const run: RunRecord = { ...record!, diagnostics: [line] };
  return uncertaintyDistance({ policy: 'top-k', runs: [run] }, palette);
}

test('uncertaintyDistance() draws the pool in grey and the picks in the colour of their policy', async () => {
  const figure = drawn(distances.map((distance) => distance ** 2));
  const { drawing } = figure!;
  const series = drawing.kind === 'lines' ? drawing.series : [];
  expect(series.map(({ name, colour }) => [name, colour])).toEqual([
    ['pool', BASELINE_COLOUR],
    ['picks', colours.get('top-k')],
  ]);
  expect(series.map(({ points }) => points.length)).toEqual([20, 8]);
  expect(figure!.caption).toMatch(/^Batch 1 of seed 3: median of uncertainty/);
  expect(await renderSvg(figure!)).toContain('distance of the two answers');
});

test('uncertaintyDistance() gives picks of a grey policy another colour', () => {
  const { drawing } = drawn(distances, distances, new Map([['top-k', BASELINE_COLOUR]]))!;
  const shades = drawing.kind === 'lines' ? drawing.series.map(({ colour }) => colour) : [];
  expect(new Set(shades).size).toBe(2);
});

test('uncertaintyDistance() draws nothing without uncertainty, without a spread of distances, without diagnostics', () => {
  expect(drawn(null)).toBeNull();
  expect(drawn(distances, new Float64Array(300).fill(2))).toBeNull();
  expect(uncertaintyDistance({ policy: 'top-k', runs: [record!] }, colours)).toBeNull();
});
