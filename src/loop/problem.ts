import { createPolicy } from '../acquisition/create-policy.ts';
import type { MeasureName, PolicyNeeds } from '../acquisition/policy.ts';
import { dataError, usageError } from '../base/errors.ts';
import { policyOptions } from '../config/arm.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import type { Dataset, SplitItems } from '../data/dataset.ts';
import { POSTERIOR_TYPES, type PosteriorType, posteriorOf } from '../posterior/index.ts';
import type { StoreRef } from '../protocol/shapes.ts';
import { drawWithoutReplacement, openStream } from '../random/stream.ts';
import { assertUserFile } from '../user-code/user-file.ts';
import type { ItemFiles } from './item-files.ts';
import type { MemberStore } from './member-stores.ts';
import { alignColumns, assertColumns, assertUsable, columnOf, type PoolColumns } from './pool-columns.ts';
import { alignGroups } from './pool-groups.ts';

/** The items batches are chosen from, numbered 0..N−1 in pool order, with what acquisition and training need. */
export interface Pool {
  readonly ids: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** Rows (a, b) of the response features, N × 2. */
  readonly pairs: Int32Array;
  /** Prompt number 0..U−1 of every item. */
  readonly promptOf: Int32Array;
  /** Prompt feature row of every prompt number (U). */
  readonly promptRows: Int32Array;
  /** 1: a preferred, 0: b, −1: unlabelled. Read by the oracle and by metrics only. */
  readonly labels: Int8Array;
}

/** A split metrics are computed on: rows (a, b) n × 2 and labels (1: a preferred, 0: b). */
export interface EvaluatedSplit {
  readonly name: string;
  readonly pairs: Int32Array;
  readonly labels: Int8Array;
}

/** The data of one run, ready to use. */
export interface Problem {
  readonly dataset: Dataset;
  readonly store: StoreRef;
  /** The stores the posterior is fitted on, one a member, where it is not fitted on `store` (cross-backbone); else empty. */
  readonly memberStores: readonly StoreRef[];
  readonly pool: Pool;
  /** Numeric columns that came with the data, aligned with the pool. */
  readonly columns: PoolColumns;
  /** Group number of every item of the pool (N); null: by prompt. */
  readonly groups: Int32Array | null;
  /** Rows (chosen, rejected) m × 2 for early stopping; empty for none. */
  readonly validation: Int32Array;
  readonly evaluated: readonly EvaluatedSplit[];
  /** Whether the remaining pool and the labelled items are measured too. */
  readonly measurePool: boolean;
  readonly measureLabelled: boolean;
}

/** What a problem is made of. */
export interface ProblemParts {
  readonly config: ExperimentConfig;
  readonly dataset: Dataset;
  readonly labels: ReadonlyMap<string, Int8Array>;
  readonly store: StoreRef;
  /** Those of `data.stores`. */
  readonly memberStores: readonly MemberStore[];
  readonly itemFiles: ItemFiles;
}

/** Splits that are views of the pool, not splits of the dataset. */
const POOL_VIEWS = ['pool', 'labelled'];

/** Prepares the data of one run. @throws BalpmError (usage) when the config asks for what the dataset has not. */
export function prepareProblem(parts: ProblemParts): Problem {
  const { config, dataset, labels, store, itemFiles } = parts;
  const named = config.splits.evaluate;
  const names = named ?? labelledSplits(dataset).filter((name) => name !== config.splits.pool);
  const kept = keptItems(parts);
  const pool = preparePool(parts, kept);
  const columns = alignColumns(itemFiles.columns, kept, pool.ids);
  assertServed(config, { pool, columns, read: itemFiles.columns, evaluated: names });
  assertOwnModel(config);
  assertViews(config, dataset, names, pool);
  assertAnswerable(config, pool);
  return {
    dataset,
    store,
    memberStores: config.posterior.type === 'cross-backbone' ? parts.memberStores.map((member) => member.store) : [],
    pool,
    columns,
    groups: alignGroups(itemFiles.groups, pool.ids),
    validation: prepareValidation(parts),
    evaluated: names
      .filter((name) => !POOL_VIEWS.includes(name))
      .map((name) => evaluatedSplit(requireSplit(dataset, name), labels)),
    measurePool: names.includes('pool'),
    measureLabelled: names.includes('labelled'),
  };
}

function keptItems({ config, dataset }: ProblemParts): Int32Array {
  const { ids } = requireSplit(dataset, config.splits.pool);
  return subsample(ids.length, config.splits.poolSize, config, 'pool');
}

function preparePool({ config, dataset, labels }: ProblemParts, kept: Int32Array): Pool {
  const split = requireSplit(dataset, config.splits.pool);
  const { numbers, rows } = renumber(kept, split.prompts);
  const ids = Array.from(kept, (index) => split.ids[index] as string);
  const splitLabels = labels.get(split.name) ?? new Int8Array(split.ids.length).fill(-1);
  return {
    ids,
    indexOf: new Map(ids.map((id, index) => [id, index])),
    pairs: pairRows(split, kept),
    promptOf: numbers,
    promptRows: rows,
    labels: Int8Array.from(kept, (index) => splitLabels[index] as number),
  };
}

/** The first `size` of a seeded shuffle, in dataset order; all when `size` is null. */
function subsample(count: number, size: number | null, config: ExperimentConfig, use: string): Int32Array {
  const all = Int32Array.from({ length: count }, (_value, index) => index);
  if (size === null || size === count) return all;
  if (size > count) {
    throw usageError(`Cannot draw ${size} ${use} items: the split has ${count}, at most ${count} can be drawn`);
  }
  return Int32Array.from(drawWithoutReplacement(openStream([config.seed, use]), Array.from(all), size)).sort();
}

/** Numbers the prompts that occur, in order of first appearance. */
function renumber(items: Int32Array, promptRows: Int32Array): { numbers: Int32Array; rows: Int32Array } {
  const numberOf = new Map<number, number>();
  const numbers = items.map((item) => {
    const row = promptRows[item] as number;
    const number = numberOf.get(row) ?? numberOf.size;
    numberOf.set(row, number);
    return number;
  });
  return { numbers, rows: Int32Array.from(numberOf.keys()) };
}

function prepareValidation({ config, dataset, labels }: ProblemParts): Int32Array {
  const { split: name, size } = config.validation;
  if (name === null) return new Int32Array(0);
  const evaluated = evaluatedSplit(requireSplit(dataset, name), labels);
  const kept = subsample(evaluated.labels.length, size, config, 'validation');
  return orientedRows(evaluated.pairs, kept, (item) => evaluated.labels[item] === 1);
}

/** Rows (chosen, rejected) of some pairs. */
export function orientedRows(
  pairs: Int32Array,
  items: ArrayLike<number>,
  isFirstPreferred: (item: number, position: number) => boolean,
): Int32Array {
  const rows = new Int32Array(items.length * 2);
  for (let position = 0; position < items.length; position++) {
    const item = items[position] as number;
    const first = isFirstPreferred(item, position) ? 0 : 1;
    rows[2 * position] = pairs[2 * item + first] as number;
    rows[2 * position + 1] = pairs[2 * item + 1 - first] as number;
  }
  return rows;
}

function evaluatedSplit(split: SplitItems, labels: ReadonlyMap<string, Int8Array>): EvaluatedSplit {
  const known = labels.get(split.name);
  const missing = known?.indexOf(-1) ?? 0;
  if (known === undefined || missing !== -1) {
    throw dataError(
      `Cannot measure on split '${split.name}': item '${split.ids[missing]}' has no label, labels for every item are needed`,
    );
  }
  const all = Int32Array.from({ length: split.ids.length }, (_value, index) => index);
  return { name: split.name, pairs: pairRows(split, all), labels: known };
}

function pairRows(split: SplitItems, items: Int32Array): Int32Array {
  const pairs = new Int32Array(items.length * 2);
  items.forEach((item, position) => {
    pairs[2 * position] = split.a[item] as number;
    pairs[2 * position + 1] = split.b[item] as number;
  });
  return pairs;
}

const labelledSplits = (dataset: Dataset): string[] =>
  dataset.manifest.splits
    .filter(({ counts }) => counts.items > 0 && counts.labelled === counts.items)
    .map(({ name }) => name);

function requireSplit(dataset: Dataset, name: string): SplitItems {
  const split = dataset.splits.get(name);
  if (split === undefined || split.ids.length === 0) {
    throw usageError(
      `Cannot use split '${name}': dataset '${dataset.manifest.name}' has no such items, one of ${[...dataset.splits.keys()].join(', ')} is needed`,
    );
  }
  return split;
}

/** What a policy is served from. */
interface Served {
  readonly pool: Pool;
  readonly columns: PoolColumns;
  /** The columns as they were read. */
  readonly read: ItemFiles['columns'];
  /** Names of the splits that are measured. */
  readonly evaluated: readonly string[];
}

/** Refuses batches and policies that the pool cannot serve from the start. */
function assertServed(config: ExperimentConfig, served: Served): void {
  const { pool, columns, read, evaluated } = served;
  const { acquisition } = config;
  const size = { items: pool.ids.length, prompts: pool.promptRows.length };
  // Where the whole pool is labelled at once no batch is acquired.
  const keys = acquisition.initial === 'all' ? [] : (['initial', 'batch'] as const);
  for (const key of keys) {
    const asked = acquisition[key];
    if (asked === 'all' || asked <= size.items) continue;
    throw usageError(
      `Cannot use acquisition.${key} ${asked}: the pool has ${size.items} items, at most that is needed`,
    );
  }
  const policy = createPolicy(acquisition.policy, policyOptions(config));
  const objection = policy.objection?.(size) ?? null;
  if (objection !== null) throw usageError(`Cannot use acquisition.${acquisition.policy}.${objection}`);
  assertProvided(config, policy.needs, evaluated);
  assertUsable(policy.needs.measures, read);
  assertColumns(acquisition.policy, policy.needs.measures, columns);
}

/** A class of the user's own must be there before anything is spent. */
function assertOwnModel({ posterior }: ExperimentConfig): void {
  if (posterior.type === 'external') assertUserFile('posterior.module', posterior.module ?? '');
}

/** What a policy asks for and this run cannot give is refused before anything is spent. */
function assertProvided(config: ExperimentConfig, needs: PolicyNeeds, evaluated: readonly string[]): void {
  const { policy } = config.acquisition;
  const { type } = config.posterior;
  const missing = [
    ...(needs.features === 'latent' && !posteriorOf(type).hasLatentSpace
      ? [`the latent space, which posterior.type ${type} has not`]
      : []),
    ...(needs.targets && evaluated.every((name) => POOL_VIEWS.includes(name)) ? ['an evaluated split'] : []),
  ];
  if (missing.length > 0) {
    throw usageError(
      `Cannot use policy '${policy}': it asks for ${missing.join(', ')}, what the run provides is needed`,
    );
  }
  for (const measure of needs.measures) {
    if (columnOf(measure) === null) assertMeasured(policy, measure, type);
  }
}

/** A measure that says nothing under the posterior in use would make a policy's choice void. */
function assertMeasured(policy: string, measure: MeasureName, type: PosteriorType): void {
  if (posteriorOf(type).measures.includes(measure)) return;
  const types = POSTERIOR_TYPES.filter((other) => posteriorOf(other).measures.includes(measure));
  const needed = types.length > 0 ? `posterior.type ${types.join(' or ')}` : 'another measure';
  throw usageError(
    `Cannot use policy '${policy}': it ranks by ${measure}, which posterior.type ${type} does not give, ${needed} is needed`,
  );
}

/** `pool` and `labelled` are views of the pool: no split may have their name, and a measured pool must be labelled. */
function assertViews({ splits }: ExperimentConfig, dataset: Dataset, names: readonly string[], pool: Pool): void {
  const taken = POOL_VIEWS.find((view) => dataset.splits.has(view) && view !== splits.pool);
  if (taken !== undefined) {
    throw usageError(
      `Cannot use dataset '${dataset.manifest.name}': it has a split '${taken}', another name is needed`,
    );
  }
  const unlabelled = pool.labels.indexOf(-1);
  if (names.includes('pool') && unlabelled !== -1) {
    const id = pool.ids[unlabelled];
    throw usageError(`Cannot measure on the pool: item '${id}' has no label, a fully labelled pool is needed`);
  }
}

/** The dataset can answer only for what it has labels of; finding that out late would waste a run. */
function assertAnswerable({ oracle, splits }: ExperimentConfig, pool: Pool): void {
  const missing = pool.labels.filter((label) => label === -1).length;
  if (oracle.type !== 'dataset' || missing === 0) return;
  throw dataError(
    `Cannot label split '${splits.pool}' from the dataset: ${missing} of ${pool.ids.length} items have no label ('${pool.ids[pool.labels.indexOf(-1)]}' is the first), a labelled pool or another oracle.type is needed`,
  );
}
