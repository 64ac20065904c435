import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Representation, representation } from '../../../src/diagnostics/representation.ts';
import { type SplitDiagnostic, splitDiagnostic } from '../../../src/diagnostics/split-diagnostic.ts';

/** Diagnostics as scipy and numpy give them; test/python/scenarios holds the file to them. */
interface GoldenDiagnostics {
  readonly splits: readonly {
    readonly uncertainty: readonly number[];
    readonly errors: readonly number[];
    readonly distances: readonly number[];
    readonly expected: SplitDiagnostic;
  }[];
  readonly batches: readonly {
    readonly values: readonly number[];
    readonly picks: readonly number[];
    readonly expected: Representation;
  }[];
}

const GOLDEN = JSON.parse(
  readFileSync(new URL('../../golden/diagnostics.json', import.meta.url), 'utf8'),
) as GoldenDiagnostics;

/** The same shape, numbers to ten decimals. */
const close = (expected: unknown): unknown => {
  if (typeof expected === 'number') return expect.closeTo(expected, 10);
  if (Array.isArray(expected)) return expected.map(close);
  if (expected === null || typeof expected !== 'object') return expected;
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, close(value)]));
};

test('splitDiagnostic() equals scipy, a partial correlation what least squares leaves of the ranks', () => {
  for (const { uncertainty, errors, distances, expected } of GOLDEN.splits) {
    const [u, e, d] = [uncertainty, errors, distances].map((values) => Float64Array.from(values));
    expect(splitDiagnostic({ uncertainty: u!, errors: e!, distances: d! })).toEqual(close(expected));
  }
});

test('representation() equals numpy, one item and one pair of picks at a time', () => {
  for (const { values, picks, expected } of GOLDEN.batches)
    expect(representation(Float64Array.from(values), Int32Array.from(picks))).toEqual(close(expected));
});
