import { expect, it } from 'vitest';
import { featuresOf, neighboursOf, samplesOf, targetLogitsOf } from '../../src/acquisition/sources-of.ts';
import { policyContext } from './oracles/policy-context.ts';
import { contextOf } from './oracles/sampled-world.ts';

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
