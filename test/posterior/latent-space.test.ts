import { expect, it } from 'vitest';
import { PosteriorConfig } from '../../src/posterior/config.ts';
import { HAS_LATENT_SPACE } from '../../src/posterior/latent-space.ts';

it('HAS_LATENT_SPACE speaks of every kind of posterior', () => {
  expect(HAS_LATENT_SPACE).toMatchObject({ 'deep-ensemble': true, external: false });
  expect(Object.keys(HAS_LATENT_SPACE).sort()).toEqual([...PosteriorConfig.shape.type.unwrap().options].sort());
});
