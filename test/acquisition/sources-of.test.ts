import { expect, it } from 'vitest';
import { featuresOf, neighboursOf, samplesOf } from '../../src/acquisition/sources-of.ts';
import { policyContext } from './policy-context.ts';
import { contextOf } from './sampled-world.ts';

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
