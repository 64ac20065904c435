import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../../src/acquisition/create-policy.ts';
import type { Pick, PolicyContext } from '../../../../src/acquisition/policy.ts';
import { pickByBruteForce } from '../../oracles/greedy-oracle.ts';
import { contextOf, SAMPLES, sampledWorld } from '../../oracles/sampled-world.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const xlogx = (x: number): number => (x > 0 ? x * Math.log(x) : 0);
const chance = (logit: number, label: number): number => 1 / (1 + Math.exp(label === 1 ? -logit : logit));

/** I(y_1…y_b; θ) = H(y_1…y_b) − Σ mean H(y_i | θ), over all 2^b outcomes. */
function jointInformation(logits: readonly (readonly number[])[]): number {
  let entropy = 0;
  for (let outcome = 0; outcome < 2 ** logits.length; outcome++) {
    const likelihoods = Array.from({ length: SAMPLES }, (_, sample) =>
      logits.reduce((product, own, index) => product * chance(own[sample]!, (outcome >> index) & 1), 1),
    );
    entropy -= xlogx(mean(likelihoods));
  }
  const conditional = logits.map((own) => mean(own.map((z) => -xlogx(chance(z, 0)) - xlogx(chance(z, 1)))));
  return entropy - conditional.reduce((sum, value) => sum + value, 0);
}

const select = (context: PolicyContext, options = {}): Promise<readonly Pick[]> =>
  createPolicy('batch-bald', options).select(context);
const itemsOf = (picks: readonly Pick[]): number[] => picks.map(({ item }) => item);

describe('batch-bald', () => {
  it('picks as brute force over all joint outcomes does on 200 random pools', { timeout: 60_000 }, async () => {
    for (let number = 0; number < 200; number++) {
      const context = contextOf(number, { batch: 1 + (number % 5) });
      const { logits } = sampledWorld(number);
      const told = (items: readonly number[]): number => jointInformation(items.map((item) => logits[item]!));
      const picks = await select(context, { full: 1 });
      const joint = picks.filter(({ terms }) => terms.gain! > 0);
      const expected = pickByBruteForce({
        items: Array.from(context.pool),
        picks: joint.length,
        scoreOf: (item, picked) => told([...picked, item]) - told(picked),
        tolerance: 3e-12,
      });
      expect(itemsOf(joint)).toEqual(expected);
      joint.forEach(({ terms }, index) => {
        expect(terms.information).toBeCloseTo(told(expected.slice(0, index + 1)), 9);
      });
    }
  });

  it('never says more than ln S, and what it says only grows while it is exact', async () => {
    for (let number = 0; number < 60; number++) {
      const picks = await select(contextOf(number, { batch: 1000 }), { full: 1, outcomes: 512 });
      const said = picks.slice(0, 9).map(({ terms }) => terms.information!);
      expect(Math.max(...picks.map(({ terms }) => terms.information!))).toBeLessThanOrEqual(Math.log(SAMPLES));
      said.forEach((value, index) => expect(value).toBeGreaterThanOrEqual((said[index - 1] ?? 0) - 1e-12));
      const gains = picks.slice(0, 9).map(({ terms }) => terms.gain!);
      gains.forEach((gain, index) => expect(gain).toBeLessThanOrEqual((gains[index - 1] ?? Infinity) + 1e-12));
    }
  });

  it('begins with the most uncertain item', async () => {
    for (let number = 1; number < 40; number += 3) {
      const context = contextOf(number);
      const [first] = await select(context);
      const best = context.measures.epistemic!.indexOf(Math.max(...context.measures.epistemic!));
      expect(first?.item).toBe(context.pool[best]);
    }
  });

  it('does not ask one thing twice where a ranking by epistemic uncertainty does', async () => {
    const pool = Int32Array.of(0, 1, 2);
    const strong = [8, 8, -8, -8];
    const logits = [strong, strong, [4, -4, 4, -4]];
    const samples = {
      samples: SAMPLES,
      logits: async (items: Int32Array) =>
        Float32Array.from({ length: SAMPLES * items.length }, (_, index) => {
          return logits[items[index % items.length]!]![Math.floor(index / items.length)]!;
        }),
      targetLogits: null,
    };
    const measures = { epistemic: Float64Array.of(0.68, 0.68, 0.6) };
    const context = contextOf(1, { pool, measures, samples, batch: 2, promptOf: pool });
    expect(itemsOf(await select(context))).toEqual([0, 2]);
    expect((await createPolicy('top-k').select(context)).map(({ item }) => item)).toEqual([0, 1]);
  });

  it('fills a batch that says all that the samples can by the most uncertain items left, and tells', async () => {
    const notes: string[] = [];
    const context = contextOf(15, { batch: 1000, note: (sentence) => notes.push(sentence) });
    const picks = await select(context, { full: 0.3 });
    const joint = picks.filter(({ terms }) => terms.gain! > 0).length;
    const rest = picks.slice(joint).map(({ terms }) => terms.epistemic!);
    expect(joint).toBeGreaterThan(0);
    expect(rest.length).toBeGreaterThan(2);
    expect(rest).toEqual(rest.toSorted((a, b) => b - a));
    expect(notes).toEqual([
      expect.stringMatching(
        new RegExp(`^In round 0 ${joint} labels tell .* of the 1.386 nats .*: the other ${rest.length} of the batch`),
      ),
    ]);
  });

  it('says nothing when the batch is not full', async () => {
    const notes: string[] = [];
    await select(contextOf(7, { batch: 2, note: (sentence) => notes.push(sentence) }));
    expect(notes).toEqual([]);
  });

  it('estimates what it cannot enumerate to within the error of its draws', async () => {
    let [worst, error] = [0, 0];
    for (let number = 1; number < 30; number += 3) {
      const context = contextOf(number, { batch: 8 });
      const { logits } = sampledWorld(number);
      const picks = await select(context, { outcomes: 64, full: 1 });
      const exact = jointInformation(itemsOf(picks).map((item) => logits[item]!));
      const difference = (picks.at(-1)?.terms.information ?? 0) - exact;
      worst = Math.max(worst, Math.abs(difference));
      error += difference / 10;
    }
    // 64 draws of a quantity between 0 and 1.4 nats: a few hundredths once, and no bias.
    expect(worst).toBeLessThan(0.12);
    expect(Math.abs(error)).toBeLessThan(0.04);
  });
});
