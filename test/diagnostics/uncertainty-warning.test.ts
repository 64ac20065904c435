import { expect, test } from 'vitest';
import { splitDiagnostic } from '../../src/diagnostics/split-diagnostic.ts';
import { uncertaintyWarning } from '../../src/diagnostics/uncertainty-warning.ts';
import { openStream } from '../../src/random/stream.ts';

/** Pairs whose errors depend on distance, and on uncertainty beyond it by `own`. */
function world(own: number, count = 400) {
  const stream = openStream(['uncertainty-warning', own, count]);
  const draw = () => Float64Array.from({ length: count }, () => stream.normal());
  const [distances, disagreement, luck] = [draw(), draw(), draw()];
  const uncertainty = distances.map((distance, pair) => distance + disagreement[pair]!);
  const errors = distances.map((distance, pair) => distance + own * disagreement[pair]! + luck[pair]!);
  return { uncertainty, errors, distances };
}

test('uncertaintyWarning() warns where all that uncertainty tells is distance, and says what to do', () => {
  const found = splitDiagnostic(world(0));
  expect(found.error).toBeGreaterThan(0.3);
  expect(uncertaintyWarning({ test: found })).toMatch(
    /^Uncertainty says nothing .* on test \(noise of 400 pairs: ±0\.098\); where they do not already hold, posterior\.type=bayesian-linear.*posterior\.noise\.type=distance .*acquisition\.policy=best-of bounds/,
  );
});

test('uncertaintyWarning() names a correlation that is negative', () => {
  expect(uncertaintyWarning({ test: splitDiagnostic(world(-1)) })).toMatch(/is -0\.\d+ on test \(negative\)/);
});

test('uncertaintyWarning() is silent where uncertainty tells more on one of the splits', () => {
  const [nothing, more] = [splitDiagnostic(world(0)), splitDiagnostic(world(1))];
  expect(uncertaintyWarning({ test: nothing, ood: more })).toBeNull();
});

test('uncertaintyWarning() is silent where nothing can be told: constant uncertainty, four pairs, no split', () => {
  const constant = splitDiagnostic({ ...world(1), uncertainty: new Float64Array(400).fill(0.3) });
  expect(constant).toMatchObject({ error: null, distance: null, partial: null });
  expect(uncertaintyWarning({ constant, few: splitDiagnostic(world(1, 4)) })).toBeNull();
  expect(uncertaintyWarning({})).toBeNull();
});

test('splitDiagnostic() has nothing to hold fixed where all distances are equal', () => {
  const found = splitDiagnostic({ ...world(1), distances: new Float64Array(400).fill(2) });
  expect(found).toMatchObject({ distance: null, errorWithDistance: null });
  expect(found.partial).toBe(found.error);
});

test('splitDiagnostic() of a single pair has no correlation and no noise level', () => {
  const one = Float64Array.of(1);
  expect(splitDiagnostic({ uncertainty: one, errors: one, distances: one })).toEqual({
    count: 1,
    error: null,
    distance: null,
    errorWithDistance: null,
    partial: null,
    noise: null,
  });
});
