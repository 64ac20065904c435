import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import { power } from '../../../src/acquisition/policies/power.ts';
import type { PolicyContext } from '../../../src/acquisition/policy.ts';
import { expectFrequencies } from '../oracles/batch-frequencies.ts';
import { drawSlowly } from '../oracles/draw-slowly.ts';
import { plackettLuce } from '../oracles/plackett-luce.ts';
import { policyContext } from '../oracles/policy-context.ts';
import { INSTANCES, randomInstance } from '../oracles/random-instance.ts';

const weights = [0.1, 0.15, 0.12, 0.2, 0.08];

const contextAt = (round: number, variance = weights): PolicyContext =>
  policyContext({
    round,
    pool: Int32Array.of(1, 3, 5, 7, 9),
    promptOf: new Int32Array(10),
    batch: 2,
    measures: { variance: Float64Array.from(variance) },
  });

const raised = (exponent: number): number[] => weights.map((weight) => weight ** exponent);

describe('power', () => {
  it('equals slow draws from the same noise in 240 random instances', async () => {
    for (const number of INSTANCES) {
      const beta = [8, 1, 0.25, 50][number % 4]!;
      const offset = number % 7 === 0 ? 1e-5 : 0;
      const picks = await createPolicy('power', { beta, offset }).select(randomInstance(number));
      const context = randomInstance(number);
      const logarithms = Array.from(context.measures.epistemic!, (weight) => Math.log(weight + offset));
      expect(
        picks.map((pick) => pick.item),
        `instance ${number}`,
      ).toEqual(drawSlowly(context, logarithms, beta));
    }
  });

  it('draws ordered batches as often as weights s^beta say', async () => {
    await expectFrequencies(createPolicy('power', { beta: 3, measure: 'variance' }), contextAt(0), {
      exact: plackettLuce(raised(3), 2),
      different: plackettLuce(raised(2.7), 2),
    });
  });

  it.each([
    [0, 0.25],
    [2, 0.25],
    [3, 0.25 + 3.75 / 4],
    [6, 4],
    [9, 4],
  ])('moves beta from 0.25 in round 2 to its end in round 6: in round %d it is %d', async (round, beta) => {
    const annealing = { start: 2, end: 6 };
    const picks = await createPolicy('power', { beta: 4, annealing, measure: 'variance' }).select(contextAt(round));
    const still = await createPolicy('power', { beta, measure: 'variance' }).select(contextAt(round));
    expect(picks).toEqual(still);
  });

  it('starts at another beta when told to', async () => {
    const options = { beta: 4, annealing: { from: 2, start: 0, end: 4 }, measure: 'variance' };
    const still = await createPolicy('power', { beta: 3, measure: 'variance' }).select(contextAt(2));
    expect(await createPolicy('power', options).select(contextAt(2))).toEqual(still);
  });

  it('draws ordered batches as often as s^(beta over the deviation of ln s) says when beta is scaled by the spread', async () => {
    const logarithms = weights.map(Math.log);
    const mean = logarithms.reduce((sum, value) => sum + value, 0) / weights.length;
    const deviation = Math.sqrt(logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) / weights.length);
    const policy = createPolicy('power', { beta: 1.5, betaScale: 'spread', measure: 'variance' });
    await expectFrequencies(policy, contextAt(0), {
      exact: plackettLuce(raised(1.5 / deviation), 2),
      different: plackettLuce(raised(1.5), 2),
    });
  });

  it('picks the same of a multiple of a power of the measure when beta is scaled by the spread', async () => {
    for (const number of INSTANCES) {
      const itemsOf = async (change: (value: number) => number): Promise<number[]> => {
        const context = randomInstance(number);
        const measures = { epistemic: context.measures.epistemic!.map(change) };
        const policy = createPolicy('power', { beta: 1, betaScale: 'spread' });
        return (await policy.select({ ...context, measures })).map(({ item }) => item);
      };
      const within = (value: number): number => (value === 0 ? 0 : Math.min(1e20, Math.max(1e-20, value)));
      expect(await itemsOf((value) => 7 * within(value) ** 3), `instance ${number}`).toEqual(await itemsOf(within));
    }
  });

  it.each([[[0.2, 0.2, 0.2, 0.2, 0.2]], [[0.3, 0, 0, 0, 0]], [[0, 0, 0, 0, 0]]])(
    'takes beta as it is where %j does not vary',
    async (values) => {
      const options = { beta: 2, measure: 'variance' };
      const scaled = await createPolicy('power', { ...options, betaScale: 'spread' }).select(contextAt(0, values));
      expect(scaled).toEqual(await createPolicy('power', options).select(contextAt(0, values)));
    },
  );

  it('has the constants of the paper', () => {
    expect(power.options.parse({ annealing: { start: 1, end: 2 } })).toEqual({
      measure: 'epistemic',
      beta: 8,
      betaScale: 'absolute',
      offset: 0,
      annealing: { from: 0.25, start: 1, end: 2 },
      randomShare: 0,
    });
  });

  it('refuses annealing that ends before it starts', () => {
    expect(() => createPolicy('power', { annealing: { start: 3, end: 3 } })).toThrow(
      "Cannot use policy 'power': option 'annealing.end' is refused (a round after `start`)",
    );
  });

  it('refuses a negative measure, naming the item', async () => {
    const context = contextAt(0, [0.1, 0.1, -1e-300, 0.1, 0.1]);
    await expect(createPolicy('power', { measure: 'variance' }).select(context)).rejects.toThrow(
      "Cannot draw by 'variance': item 5 has -1e-300, a number of at least 0 is needed",
    );
  });

  it('explains a score by a logarithm and the noise', async () => {
    for (const { score, terms } of await createPolicy('power', { measure: 'variance' }).select(contextAt(0))) {
      expect(terms.base).toBe(Math.log(terms.variance!));
      expect(score).toBe(terms.base! + terms.noise!);
    }
  });
});
