import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/acquisition/create-policy.ts';
import {
  type KsgSwitches,
  PRESETS,
  type PresetName,
} from '../../../src/acquisition/policies/batch-entropy/switches.ts';
import { stateEntropy } from '../../../src/acquisition/policies/state-entropy.ts';
import type { PolicyContext } from '../../../src/acquisition/policy.ts';
import { drawKsgOptions } from '../oracles/draw-ksg-options.ts';
import { INSTANCES, randomInstance, smallBatch, worldOf } from '../oracles/random-instance.ts';
import type { RandomWorld } from '../oracles/random-world.ts';
import { rankSlowlyByGroup } from '../oracles/rank-slowly-by-group.ts';

/** The options drawn for an instance that this policy has. */
const optionsOf = (number: number): Record<string, unknown> =>
  Object.fromEntries(Object.entries(drawKsgOptions(number)).filter(([name]) => name in stateEntropy.options.shape));

/** s + β·zscore(ln(2·D + 1e-4)) of every position straight from the features, item by item. */
function scoreSlowly(context: PolicyContext, { features }: RandomWorld, options: Record<string, unknown>): number[] {
  const preset = PRESETS[options.preset as PresetName];
  const pick = <Name extends keyof KsgSwitches>(name: Name): KsgSwitches[Name] =>
    (options[name] ?? preset[name]) as KsgSwitches[Name];
  const row = (prompt: number): number[] =>
    Array.from(features.values.slice(prompt * features.dimension, (prompt + 1) * features.dimension));
  const around = [...context.pool, ...(pick('neighbourScope') === 'all' ? context.acquired : [])];

  const logarithms = Array.from(context.pool, (item) => {
    const own = context.promptOf[item]!;
    const others = around.filter((other) => other !== item).map((other) => context.promptOf[other]!);
    const rows = pick('duplicates') === 'rows' ? others : [...new Set(others)].filter((prompt) => prompt !== own);
    const neighbours = pick('selfCounts') ? [own, ...rows] : rows;
    const distances = neighbours
      .map((prompt) => Math.sqrt(row(prompt).reduce((sum, value, axis) => sum + (value - row(own)[axis]!) ** 2, 0)))
      .sort((a, b) => a - b);
    return Math.log(2 * (distances.slice(0, options.k as number).at(-1) ?? 0) + 1e-4);
  });
  const s = Array.from(context.measures.epistemic!, pick('precision') === 'float32' ? Math.fround : (value) => value);
  const [mean, deviation] = meanAndDeviation(logarithms);
  const spread = meanAndDeviation(s)[1];
  const scaled = options.betaScale === 'spread' && spread > 1e-12 * meanAndDeviation(s)[0] && spread < Infinity;
  const weight = (options.beta as number) * (scaled ? spread : 1);
  const varies = deviation > 1e-12 * Math.abs(mean);
  return s.map((value, position) => value + weight * (varies ? (logarithms[position]! - mean) / deviation : 0));
}

function meanAndDeviation(values: readonly number[]): [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
}

describe('state-entropy', () => {
  it('equals the formula, item by item, in 240 random instances', async () => {
    for (const number of INSTANCES) {
      const options = optionsOf(number);
      const context = smallBatch(randomInstance(number));
      const slow = rankSlowlyByGroup(context, scoreSlowly(context, worldOf(number), options));
      const picks = await createPolicy('state-entropy', options).select(context);
      expect(
        picks.map((pick) => pick.item),
        `instance ${number}, ${JSON.stringify(options)}`,
      ).toEqual(slow);
    }
  });

  it('explains a score by terms that add up to it', async () => {
    for (const pick of await createPolicy('state-entropy', { beta: 0.5, k: 3 }).select(randomInstance(0))) {
      expect(pick.terms.weighted).toBe(0.5 * pick.terms.entropy!);
      expect(pick.score).toBe(pick.terms.epistemic! + pick.terms.weighted!);
    }
  });

  it('goes by the measure alone when all prompts lie in one point', async () => {
    const onePoint = randomInstance(15);
    const byMeasure = await createPolicy('clustered-rank').select(onePoint);
    const picks = await createPolicy('state-entropy', { beta: 1 }).select(onePoint);
    expect(picks.map((pick) => [pick.item, pick.score])).toEqual(byMeasure.map((pick) => [pick.item, pick.score]));
  });

  it('ranks by the measure it is told to', () => {
    expect(createPolicy('state-entropy', { measure: 'external:price' }).needs).toMatchObject({
      measures: ['external:price'],
      neighbours: 48,
    });
  });

  it('refuses from the start a k that the pool cannot meet, and says so when the pool runs low', async () => {
    expect(createPolicy('state-entropy', { k: 9 }).objection?.({ items: 20, prompts: 9 })).toBe(
      'k 9: an item of the pool has 8 neighbours, at most that is needed',
    );
    const notes: string[] = [];
    const context = { ...randomInstance(0), note: (sentence: string) => void notes.push(sentence) };
    await createPolicy('state-entropy', { k: 999 }).select(context);
    expect(notes[0]).toMatch(/^In round \d+ an item has \d+ neighbours, fewer than k = 999: all of them are used$/);
  });
});
