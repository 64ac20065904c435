import { distinctRows } from '../acquisition/distinct-rows.ts';
import type { PromptFeatures } from '../acquisition/neighbour-graph.ts';
import type { Pick, Policy, PolicyContext } from '../acquisition/policy.ts';
import { buildFeatureSource } from '../acquisition/spaces/build-feature-source.ts';
import { BalpmError, usageError } from '../base/errors.ts';
import { openStream } from '../random/stream.ts';
import type { AcquireRequest } from './acquire-request.ts';
import { type Embeddings, embeddingsOf } from './embeddings.ts';
import { type Items, itemsOf } from './items.ts';
import { measuresFromScores } from './measures-from-scores.ts';
import { numberGroups } from './number-groups.ts';
import { withNeighbours } from './with-neighbours.ts';

/** A policy and the name it goes by. */
export interface NamedPolicy {
  readonly name: string;
  readonly policy: Policy;
}

/** The picks of a policy that is already made; everything is checked before neighbours are looked for. @throws as acquire(). */
export async function acquireWith(named: NamedPolicy, request: AcquireRequest): Promise<readonly Pick[]> {
  assertNumbers(request);
  assertServed(named);
  const note = request.onNote ?? (() => undefined);
  const { context, prompts } = prepare(named, request, note);
  if (context.pool.length === 0) return [];
  const { needs, select } = named.policy;
  const signal = request.signal ?? new AbortController().signal;
  try {
    const finder = { ...request, signal, note };
    return await withNeighbours(prompts, needs.neighbours, finder, (neighbours) => select({ ...context, neighbours }));
  } catch (error) {
    if (!signal.aborted || error instanceof BalpmError) throw error;
    throw new BalpmError('stopped', 'Cannot acquire: it was stopped, a new call is needed', { cause: error });
  }
}

function assertNumbers({ batch, seed = 1, round = 1 }: AcquireRequest): void {
  for (const [name, value, least] of [
    ['batch', batch, 1],
    ['seed', seed, 0],
    ['round', round, 0],
  ] as const) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw usageError(`Cannot use ${name} ${value}: it is none, a whole number of at least ${least} is needed`);
  }
}

/** Samples and features of a model are nothing that scores and embeddings could stand for. */
function assertServed({ name, policy: { needs } }: NamedPolicy): void {
  const missing = [
    ...(needs.samples ? ['the samples of a posterior'] : []),
    ...(needs.features === 'pair' || needs.features === 'latent' ? [`${needs.features} features of a model`] : []),
  ];
  if (missing.length === 0) return;
  throw usageError(
    `Cannot use policy '${name}' on scores and embeddings alone: it asks for ${missing.join(' and ')}, a run (balpm run) or another policy is needed`,
  );
}

type Note = (sentence: string) => void;

/** What the policy sees but for its neighbours, and the distinct prompts those are found among. */
function prepare(
  { name, policy }: NamedPolicy,
  request: AcquireRequest,
  note: Note,
): { readonly context: PolicyContext; readonly prompts: PromptFeatures } {
  const { batch, seed = 1, round = 1, scores, groups } = request;
  const { needs } = policy;
  const embeddings = embeddingsOf(request.prompts);
  const { size } = embeddings;
  const items = itemsOf(request, size);
  const measures = measuresFromScores(scores, needs.measures, { policy: name, pool: items.pool, size });
  const { rows, promptOf } = distinctRows(embeddings.values, embeddings.dimension);
  assertLargeEnough(policy, items, promptOf);
  tellSizes(items, size, batch, note);
  if (scores !== undefined && needs.measures.length === 0)
    note(`The scores are not looked at: policy '${name}' ranks by none`);
  const context = {
    round,
    batch,
    ...items,
    promptOf,
    measures,
    neighbours: null,
    samples: null,
    features: needs.features === 'prompt' ? buildFeatureSource(embeddings) : null,
    groups: groups === undefined ? null : numberGroups(groups, size),
    stream: openStream([seed, 'acquisition', name, round]),
    note,
  };
  return { context, prompts: { values: takeRows(embeddings, rows), dimension: embeddings.dimension } };
}

function assertLargeEnough({ objection }: Policy, { pool, acquired }: Items, promptOf: Int32Array): void {
  const prompts = new Set([...pool, ...acquired].map((item) => promptOf[item]));
  const refused =
    pool.length === 0 ? null : objection?.({ items: pool.length + acquired.length, prompts: prompts.size });
  if (refused) throw usageError(`Cannot use option ${refused}`);
}

function tellSizes({ pool, acquired }: Items, size: number, batch: number, note: Note): void {
  const out = size - pool.length - acquired.length;
  if (out > 0) note(`${out} of ${size} items are neither in the order nor acquired: they are left out`);
  if (pool.length < batch)
    note(`The pool holds ${pool.length} items, fewer than the batch of ${batch}: all of them are picked`);
}

/** Some rows, row-major; the embeddings' own array when that is all of them. */
function takeRows({ size, values, dimension }: Embeddings, rows: Int32Array): Float32Array {
  if (rows.length === size && rows.every((row, position) => row === position)) return values;
  const taken = new Float32Array(rows.length * dimension);
  rows.forEach((row, position) => {
    taken.set(values.subarray(row * dimension, (row + 1) * dimension), position * dimension);
  });
  return taken;
}
