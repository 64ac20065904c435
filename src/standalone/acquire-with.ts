import type { Pick, Policy, PolicyContext } from '../acquisition/policy.ts';
import { BalpmError, usageError } from '../base/errors.ts';
import { openStream } from '../random/stream.ts';
import type { AcquireRequest } from './acquire-request.ts';
import { distanceScales } from './distance-scales.ts';
import { distinctRows } from './distinct-rows.ts';
import { type Embeddings, embeddingsOf } from './embeddings.ts';
import { buildFeatureSource } from './in-process/build-feature-source.ts';
import type { PromptFeatures } from './in-process/squared-distance.ts';
import { type Items, itemsOf } from './items.ts';
import { judgeByLogits } from './judge-by-logits.ts';
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
  assertServed(named, request);
  assertOneSource(request);
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

/** Features of a model are nothing that scores and embeddings could stand for, and samples only where logits are given. */
function assertServed({ name, policy: { needs } }: NamedPolicy, { logits }: AcquireRequest): void {
  const missing = [
    ...(needs.samples && logits === undefined ? ['the samples of a posterior'] : []),
    ...(needs.targets ? ['what a posterior says of a split'] : []),
    ...(needs.features === 'pair' || needs.features === 'latent' ? [`${needs.features} features of a model`] : []),
  ];
  if (missing.length === 0) return;
  throw usageError(
    `Cannot use policy '${name}' on scores and embeddings alone: it asks for ${missing.join(' and ')}, a run (balpm run) or another policy is needed`,
  );
}

/** Scores or logits, and noise with all it takes. */
function assertOneSource({ scores, logits, distances, noise }: AcquireRequest): void {
  if (scores !== undefined && logits !== undefined)
    throw usageError('Cannot use scores and logits: both are given, one of them is needed');
  if (noise === undefined && distances === undefined) return;
  if (noise === undefined) throw usageError('Cannot use distances: no noise is given, noise distance is needed');
  const missing = logits === undefined ? 'logits' : distances === undefined ? 'distances' : null;
  if (missing !== null) throw usageError(`Cannot scale by noise distance: no ${missing} are given, they are needed`);
}

type Note = (sentence: string) => void;

/** What the policy sees but for its neighbours, and the distinct prompts those are found among. */
function prepare(
  named: NamedPolicy,
  request: AcquireRequest,
  note: Note,
): { readonly context: PolicyContext; readonly prompts: PromptFeatures } {
  const { batch, seed = 1, round = 1, scores, groups } = request;
  const { name, policy } = named;
  const { needs } = policy;
  const embeddings = embeddingsOf(request.prompts);
  const { size } = embeddings;
  const items = itemsOf(request, size);
  const { measures, samples } = judge(request, named, items.pool, size);
  const { rows, promptOf } = distinctRows(embeddings.values, embeddings.dimension);
  assertLargeEnough(policy, items, promptOf);
  tellSizes(items, size, batch, note);
  const unread = scores !== undefined ? 'scores' : request.logits !== undefined && !needs.samples ? 'logits' : null;
  if (unread !== null && needs.measures.length === 0)
    note(`The ${unread} are not looked at: policy '${name}' ranks by none`);
  const context = {
    round,
    batch,
    ...items,
    promptOf,
    measures,
    neighbours: null,
    samples,
    features: needs.features === 'prompt' ? buildFeatureSource(embeddings) : null,
    groups: groups === undefined ? null : numberGroups(groups, size),
    stream: openStream([seed, 'acquisition', name, round]),
    note,
  };
  return { context, prompts: { values: takeRows(embeddings, rows), dimension: embeddings.dimension } };
}

/** What the scores, or the logits, say of the pool. */
function judge(
  { scores, logits, distances, noise }: AcquireRequest,
  { name, policy: { needs } }: NamedPolicy,
  pool: Int32Array,
  size: number,
): { readonly measures: PolicyContext['measures']; readonly samples: PolicyContext['samples'] } {
  if (logits === undefined)
    return { measures: measuresFromScores(scores, needs.measures, { policy: name, pool, size }), samples: null };
  const scales = noise === undefined ? null : distanceScales(distances ?? [], size, noise);
  const judged = judgeByLogits(needs.measures, { logits, scales, pool, size, policy: name });
  return { measures: judged.measures, samples: needs.samples ? judged.samples : null };
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
