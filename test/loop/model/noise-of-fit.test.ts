import { describe, expect, test } from 'vitest';
import { type NoisePlace, noiseOfFit } from '../../../src/loop/model/noise-of-fit.ts';
import { INITIAL_STATE } from '../../../src/loop/state.ts';
import { PosteriorConfig } from '../../../src/posterior/config.ts';

const store = { path: '/store', id: 'a'.repeat(64) };
const place = (changes: Partial<NoisePlace> = {}): NoisePlace => ({
  round: 0,
  state: INITIAL_STATE,
  store,
  member: 0,
  distances: async () => Float64Array.of(1, 2, 6),
  ...changes,
});
const config = (noise: object, type = 'deep-ensemble') => PosteriorConfig.parse({ type, noise });
const chosen = { ...INITIAL_STATE, noise: [0.5, 1].map((exponent) => ({ exponent, losses: [1, 2, 3] })) };

describe('noiseOfFit()', () => {
  test('asks for no distances under constant noise', async () => {
    const unread = () => Promise.reject(new Error('nobody should ask'));
    for (const type of ['auto', 'constant'])
      expect(await noiseOfFit(config({ type }), place({ distances: unread }))).toEqual({ type: 'constant' });
  });

  test('takes the mean distance of the pool as the typical one', async () => {
    const noise = await noiseOfFit(config({ type: 'distance', exponent: 1.5, folds: 4 }), place());
    expect(noise).toEqual({ type: 'distance', exponents: [1.5], typical: 3, folds: 4 });
  });

  test('offers 0, ½ and 1 in rounds that choose, and keeps what was chosen for that store between them', async () => {
    const auto = config({ type: 'distance' });
    const exponentsOf = async (round: number, member: number, state = chosen) => {
      const noise = await noiseOfFit(auto, place({ round, member, state }));
      return noise.type === 'distance' ? noise.exponents : null;
    };
    expect(await exponentsOf(0, 0, { ...chosen, noise: null as never })).toEqual([0, 0.5, 1]);
    expect(await exponentsOf(2, 0)).toEqual([0, 0.5, 1]);
    expect(await exponentsOf(3, 0)).toEqual([0.5]);
    expect(await exponentsOf(3, 1)).toEqual([1]);
    expect(await exponentsOf(3, 2)).toEqual([0, 0.5, 1]);
  });

  test('offers them in every round to a kind whose fit chooses', async () => {
    const own = config({ type: 'auto' }, 'bayesian-linear');
    expect(await noiseOfFit(own, place({ round: 3, state: chosen }))).toMatchObject({ exponents: [0, 0.5, 1] });
  });

  test.each([
    ['zero', Float64Array.of(0, 0)],
    ['none', new Float64Array(0)],
  ])('refuses a pool whose distances are %s', async (_what, distances) => {
    const refused = noiseOfFit(config({ type: 'distance' }), place({ distances: async () => distances }));
    await expect(refused).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/^Cannot judge noise by distance in feature store .*equal features; extract/),
    });
  });
});
