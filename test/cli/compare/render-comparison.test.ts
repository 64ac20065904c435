import { describe, expect, test } from 'vitest';
import { renderComparison } from '../../../src/cli/compare/render-comparison.ts';
import { compareRuns } from '../../../src/evaluation/compare-runs.ts';
import { simulatedRuns } from '../../evaluation/oracles/simulated-runs.ts';

const runs = simulatedRuns({
  efficiency: { random: 1, bal: 1.5 },
  seeds: [1, 2, 3, 4, 5],
  rounds: 8,
  noise: 0.001,
  world: 'table',
});

describe('renderComparison()', () => {
  const lines = renderComparison(compareRuns(runs));

  test('states metric, split, direction and range first', () => {
    expect(lines[0]).toBe(
      'log-likelihood on test (nats per pair), higher is better; area under the curve from 40 to 320 labels; 95% intervals over seeds',
    );
  });

  test('has a row a policy under aligned headings', () => {
    expect(lines[2]).toMatch(
      /^policy +seeds +area +final +minus random +saved at 50% +saved at 75% +saved at 90% +saved at 95% +better on test/,
    );
    expect(lines[4]).toMatch(
      /^bal +5 +-0\.\d{4} \[-0\.\d{4}, -0\.\d{4}\] +-0\.\d{4} +\+0\.\d{4} \[\+0\.\d{4}, \+0\.\d{4}\] +\d+% .* yes +yes +yes$/,
    );
  });

  test('ends with a sentence a policy and split', () => {
    expect(lines[6]).toMatch(
      /^bal beats random on test: yes \(area under the log-likelihood curve \+0\.\d{4} \[.*\] nats per pair, 5 paired seeds, adjusted p .*\)$/,
    );
  });

  test('gives the reason of an undecided verdict, and no labels saved beside it', () => {
    const undecided = renderComparison(compareRuns(runs.filter(({ seed }) => seed < 4))).join('\n');
    expect(undecided).toContain('3 paired seeds, at least 5 are needed');
    expect(undecided).not.toContain('saved at');
    expect(undecided).toContain('note: labels saved are not shown for bal: the verdict is undecided');
    expect(lines.join('\n')).not.toContain('labels saved are not shown');
  });
});
