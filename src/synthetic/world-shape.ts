import type { z } from 'zod';
import type { SyntheticWorld } from './world-config.ts';

type Clustered = Extract<z.infer<typeof SyntheticWorld>, { kind: 'clustered' }>;

/** Every parameter of the generator; `prompts` null means that every pair of the pool has a separate prompt. */
export type WorldShape = Omit<Clustered, 'kind' | 'prompts'> & { readonly prompts: number | null };

/** The generator's parameters: a uniform world is one cluster at the origin without repetition, taste or near ties. */
export function shapeOf(config: SyntheticWorld): WorldShape {
  switch (config.kind) {
    case 'clustered':
      return config;
    case 'uniform':
      return { ...config, ...ONE_CLOUD };
  }
}

const ONE_CLOUD = {
  prompts: null,
  clusters: 1,
  clusterSpread: 0,
  promptSpread: 1,
  clusterExponent: 0,
  promptExponent: 0,
  localWeight: 0,
  nearTies: { pool: 0, evaluation: 0, distance: 0 },
} as const;
