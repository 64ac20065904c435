import { describe, expect, it } from 'vitest';
import {
  featuresOf,
  measureOf,
  neighboursOf,
  samplesOf,
  targetLogitsOf,
  weightOf,
} from '../../src/acquisition/context.ts';
import { policyContext } from './oracles/policy-context.ts';
import { contextOf } from './oracles/sampled-world.ts';

const bare = policyContext({ pool: Int32Array.of(5, 7), promptOf: new Int32Array(8) });

describe('measureOf()', () => {
  it('gives the measure of the pool', () => {
    const variance = Float64Array.of(0.1, 0.2);
    expect(measureOf({ ...bare, measures: { variance } }, 'variance')).toBe(variance);
  });

  it('refuses a measure that is absent or of another length', () => {
    expect(() => measureOf(bare, 'epistemic')).toThrow(
      "Cannot rank the pool by 'epistemic': 0 values were given, 2 are needed",
    );
  });

  it('refuses a value that is not finite, naming the item', () => {
    const measures = { epistemic: Float64Array.of(0.1, NaN) };
    expect(() => measureOf({ ...bare, measures }, 'epistemic')).toThrow(
      "Cannot rank the pool by 'epistemic': item 7 has NaN, a finite number is needed",
    );
  });
});

const contextWith = (...variance: number[]) =>
  policyContext({
    pool: Int32Array.of(5, 7),
    promptOf: new Int32Array(8),
    measures: { variance: Float64Array.from(variance) },
  });

describe('weightOf()', () => {
  it('gives a measure that is nowhere negative, 0 and −0 included', () => {
    expect([...weightOf(contextWith(0, -0), 'variance')]).toEqual([0, -0]);
  });

  it('refuses a negative value, naming the item', () => {
    expect(() => weightOf(contextWith(0.5, -1), 'variance')).toThrow(
      "Cannot draw by 'variance': item 7 has -1, a number of at least 0 is needed",
    );
  });

  it('refuses a value that is not finite, naming the item', () => {
    expect(() => weightOf(contextWith(NaN, 1), 'variance')).toThrow('item 5 has NaN, a finite number is needed');
  });
});

it('samplesOf(), featuresOf() and neighboursOf() give what the context has', () => {
  const context = contextOf(1);
  expect([samplesOf(context), featuresOf(context), neighboursOf(context)]).toEqual([
    context.samples,
    context.features,
    context.neighbours,
  ]);
});

it.each([
  ['posterior samples', samplesOf],
  ['features', featuresOf],
  ['neighbour graph', neighboursOf],
] as const)('refuses a context without %s', (what, sourceOf) => {
  const context = policyContext({ pool: new Int32Array(0), promptOf: new Int32Array(0) });
  expect(() => sourceOf(context)).toThrow(`Cannot select: no ${what} came, what the policy declared is needed`);
});

it('targetLogitsOf() gives those of the samples, and refuses samples without', async () => {
  const samples = contextOf(1).samples!;
  expect(await targetLogitsOf(samples)).toEqual(await samples.targetLogits!());
  expect(() => targetLogitsOf({ ...samples, targetLogits: null })).toThrow('no logits of evaluated pairs came');
});
