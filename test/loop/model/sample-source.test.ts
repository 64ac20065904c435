import { describe, expect, it } from 'vitest';
import { hardLabels } from '../../../src/data/labels.ts';
import type { RoundPosterior } from '../../../src/loop/model/round-model.ts';
import { createSampleSource } from '../../../src/loop/model/sample-source.ts';
import type { Problem } from '../../../src/loop/problem/problem.ts';

/** Four items of rows (0, 1), (2, 3) …; a posterior whose logits under sample s are 10 · s + the first row. */
function open() {
  const asked: number[][] = [];
  const posterior: RoundPosterior = {
    members: [],
    noise: [],
    covariateShare: null,
    ask: (question) => question('handle'),
    predict: async (pairs) => {
      asked.push([...pairs]);
      const firsts = pairs.filter((_, index) => index % 2 === 0);
      return { samples: 2, logits: Float32Array.from([...firsts, ...firsts.map((row) => 10 + row)]), measures: {} };
    },
  };
  const problem = {
    pool: { ids: ['a', 'b', 'c', 'd'], pairs: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7) },
    evaluated: [{ name: 'test', pairs: Int32Array.of(8, 9), labels: hardLabels([1]) }],
  } as unknown as Problem;
  const predicted = { samples: 2, logits: Float32Array.of(6, 2, 0, 16, 12, 10), measures: {} };
  return {
    asked,
    source: createSampleSource({ posterior, problem, pool: Int32Array.of(3, 1, 0), predicted, seed: 9 }),
  };
}

describe('createSampleSource()', () => {
  it('gives logits of the pool without asking again', async () => {
    const { asked, source } = open();
    expect(source.samples).toBe(2);
    expect(await source.logits(Int32Array.of(0, 3))).toEqual(Float32Array.of(0, 6, 10, 16));
    expect(asked).toEqual([]);
  });

  it('asks for items that are not in the pool any more', async () => {
    const { asked, source } = open();
    expect(await source.logits(Int32Array.of(2, 0))).toEqual(Float32Array.of(4, 0, 14, 10));
    expect(asked).toEqual([[4, 5, 0, 1]]);
  });

  it('asks for the pairs the model is judged on', async () => {
    const { asked, source } = open();
    expect(await source.targetLogits!()).toEqual(Float32Array.of(8, 18));
    expect(asked).toEqual([[8, 9]]);
  });
});
