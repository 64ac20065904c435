import { describe, expect, it } from 'vitest';
import { positionsOfPrompts } from '../../../../src/acquisition/kernels/copies.ts';
import { createEntropyTerms } from '../../../../src/acquisition/policies/batch-entropy/entropy-terms.ts';
import { type GreedyRound, pickGreedily } from '../../../../src/acquisition/policies/batch-entropy/greedy.ts';

/** Four items of three prompts; every ball holds its own prompt only. */
const round = (parts: Partial<GreedyRound> = {}): GreedyRound => ({
  pool: Int32Array.of(7, 3, 9, 5),
  picks: 4,
  measure: 'epistemic',
  uncertainty: Float64Array.of(0.5, 0.5, 0.25, 0.25),
  promptAt: Int32Array.of(0, 1, 2, 0),
  positions: positionsOfPrompts(Int32Array.of(0, 1, 2, 0), Int32Array.of(2, 1, 1)),
  reach: (prompt, visit) => visit(prompt),
  weight: 0,
  standardise: false,
  ...parts,
});

const terms = (radii = [1, 1, 1]) =>
  createEntropyTerms(Float64Array.from(radii), new Int32Array(3), { divisor: 1, growth: 4 });

const picked = (chosen: GreedyRound, radii?: number[]): number[] =>
  pickGreedily(chosen, terms(radii)).map((pick) => pick.item);

describe('pickGreedily()', () => {
  it('goes by U alone at weight 0, ties by pool order', () => {
    expect(picked(round())).toEqual([7, 3, 9, 5]);
  });

  it('puts the second item of a prompt after the first of the others', () => {
    expect(picked(round({ weight: 1, uncertainty: new Float64Array(4) }))).toEqual([7, 3, 9, 5]);
    expect(picked(round({ weight: 1, uncertainty: Float64Array.of(0, 0, 0, 0.1) }))).toEqual([5, 3, 9, 7]);
  });

  it('prefers the emptier place when U is equal', () => {
    expect(picked(round({ weight: 1, picks: 1 }), [1, 2, 3])).toEqual([9]);
  });

  it('brings h to mean 0 and deviation 1 over the items left when asked', () => {
    const [first] = pickGreedily(round({ weight: 1, standardise: true, picks: 1 }), terms([1, 1, 3]));
    expect(first!.terms.weighted).toBeCloseTo(Math.sqrt(3), 12);
  });

  it('leaves scores at U when h does not vary and is standardised', () => {
    const [first] = pickGreedily(round({ weight: 1, standardise: true, picks: 1 }), terms());
    expect(first).toMatchObject({ item: 7, score: 0.5, terms: { weighted: 0 } });
  });

  it('sees an item overtake another far away when the spread of h shrinks', () => {
    // Position 0 is an outlier in h. While it is there, U decides between 300 and 301; once it is gone, h does.
    const promptAt = Int32Array.from({ length: 512 }, (_, position) => (position === 0 ? 1 : position === 301 ? 2 : 0));
    const standardised = round({
      pool: promptAt.map((_, position) => position),
      picks: 2,
      uncertainty: Float64Array.from(promptAt, (_, position) => (position === 0 ? 100 : position === 300 ? 5 : 0)),
      promptAt,
      positions: positionsOfPrompts(promptAt, Int32Array.of(510, 1, 1)),
      weight: 1,
      standardise: true,
    });
    expect(picked(standardised, [1, 1e6, 2])).toEqual([0, 301]);
  });
});
