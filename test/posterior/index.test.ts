import { describe, expect, test } from 'vitest';
import { PosteriorConfig } from '../../src/posterior/config.ts';
import type { PosteriorFit } from '../../src/posterior/fit.ts';
import { PAPER_SETTINGS } from '../../src/posterior/head-settings.ts';
import { POSTERIOR_OPTIONS, POSTERIOR_TYPES, posteriorOf } from '../../src/posterior/index.ts';
import { PosteriorKind } from '../../src/protocol/posterior-kinds.ts';
import type { WorkerClient } from '../../src/worker/client.ts';

const configOf = (changes: object): PosteriorConfig => PosteriorConfig.parse(changes);

/** What the worker is asked for by a fit, whose answer nobody looks at. */
async function requestOf(changes: object): Promise<unknown> {
  const config = configOf(changes);
  const asked: { readonly kind?: unknown }[] = [];
  const client = {
    call: async (_operation: unknown, params: object) => {
      asked.push(params);
      return { data: { posterior: 'p', members: [], noise: null, covariateShare: null } };
    },
  } as unknown as WorkerClient;
  await posteriorOf(config.type).fit(config, FIT, client);
  return asked[0]?.kind;
}

const FIT: PosteriorFit = {
  store: { path: '/store', id: 's' },
  member: 3,
  dataset: { path: '/pairs', hash: 'd' },
  settings: PAPER_SETTINGS,
  noise: { type: 'constant' },
  folds: null,
  ties: 0,
  code: null,
  seed: 9,
  round: 0,
  tensors: {},
  call: {},
};

const FINE_TUNED = {
  type: 'fine-tuned',
  members: 5,
  dataset: '/pairs',
  datasetHash: 'd',
  model: 'lm',
  revision: null,
  dtype: 'float32',
  responseTemplate: 'Instruction: {prompt}\nResponse: {response}',
  maxTokens: null,
  rank: 8,
  alpha: 16,
  targetModules: null,
  microBatch: 8,
  tokenBudget: 16384,
};

describe('POSTERIOR_OPTIONS', () => {
  test('has the keys of every kind, and none that two kinds mean differently', () => {
    const every: Readonly<Record<string, unknown>> = POSTERIOR_OPTIONS;
    const own = POSTERIOR_TYPES.flatMap((type) => Object.entries(posteriorOf(type).options));
    for (const [key, schema] of own) expect(every[key], key).toBe(schema);
    expect(new Set(own.map(([key]) => key))).toEqual(new Set(Object.keys(every)));
  });
});

describe('posteriorOf()', () => {
  test('asks the worker for every kind of the wire with the defaults of the method', async () => {
    const onTheWire = POSTERIOR_TYPES.filter((type) => posteriorOf(type).customCode === undefined);
    const requests = await Promise.all(onTheWire.map((type) => requestOf({ type, fineTuned: { model: 'lm' } })));
    expect(requests).toEqual([
      { type: 'bayesian-linear', samples: 32, rank: 1024 },
      { type: 'deep-ensemble', members: 5, initialisation: 'paper' },
      { type: 'mc-dropout', rate: 0.1, samples: 5 },
      { type: 'lru' },
      { type: 'variational', klWeight: 0.05, samples: 5 },
      { type: 'laplace', priorPrecision: 1, samples: 20 },
      { type: 'cross-backbone', member: 3 },
      FINE_TUNED,
    ]);
    for (const request of requests) expect(PosteriorKind.parse(request)).toEqual(request);
  });

  test.each([
    [
      { type: 'deep-ensemble', members: 7, dropout: { rate: 0.5 } },
      { type: 'deep-ensemble', members: 7, initialisation: 'paper' },
    ],
    [
      { type: 'mc-dropout', members: 7, dropout: { rate: 0.5, samples: 3 } },
      { type: 'mc-dropout', rate: 0.5, samples: 3 },
    ],
    [
      { type: 'variational', variational: { klWeight: 0, samples: 9 } },
      { type: 'variational', klWeight: 0, samples: 9 },
    ],
    [
      { type: 'laplace', laplace: { priorPrecision: 0, samples: 9 } },
      { type: 'laplace', priorPrecision: 0, samples: 9 },
    ],
    [
      { type: 'cross-backbone', members: 9, laplace: { samples: 9 } },
      { type: 'cross-backbone', member: 3 },
    ],
  ])('asks with the options of the kind in use only: %j', async (changes, request) => {
    expect(await requestOf(changes)).toEqual(request);
  });

  test('tells how many heads a kind trains on a store, and nothing of a class of the user', () => {
    const heads = POSTERIOR_TYPES.map((type) => posteriorOf(type).heads(configOf({ members: 7 })));
    expect(Object.fromEntries(POSTERIOR_TYPES.map((type, index) => [type, heads[index]]))).toEqual({
      'bayesian-linear': null,
      'deep-ensemble': 7,
      'mc-dropout': 1,
      lru: 1,
      variational: 1,
      laplace: 1,
      'cross-backbone': 1,
      'fine-tuned': null,
      external: null,
    });
  });
});
