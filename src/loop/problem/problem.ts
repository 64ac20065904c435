import { dataError, usageError } from '../../base/errors.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { assertUserFile } from '../../custom-code/user-file.ts';
import type { Dataset, SplitItems } from '../../data/dataset.ts';
import { firstUnlabelled, type Labels, labelsAt, noLabels } from '../../data/labels.ts';
import type { SplitLabels } from '../../data/read-labels.ts';
import { posteriorOf } from '../../posterior/index.ts';
import type { StoreRef } from '../../protocol/shapes.ts';
import { drawWithoutReplacement, openStream } from '../../random/stream.ts';
import { assertHardLabels } from './assert-hard-labels.ts';
import { assertServed } from './assert-served.ts';
import { assertTieModel } from './assert-tie-model.ts';
import { assertApart } from './assert-validation.ts';
import type { Comparisons } from './comparisons.ts';
import { type Covariates, covariatesOf } from './covariates.ts';
import type { ItemFiles } from './item-files.ts';
import type { MemberStore } from './member-stores.ts';
import { alignColumns, type PoolColumns } from './pool-columns.ts';
import { alignGroups } from './pool-groups.ts';
import { type EvaluatedSplit, seenSplit } from './seen-split.ts';
import { validationComparisons } from './validation-comparisons.ts';

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
  /** Read by the oracle and by metrics only. */
  readonly labels: Labels;
}

/** The data of one run, ready to use. */
export interface Problem {
  readonly dataset: Dataset;
  readonly store: StoreRef;
  /** The stores the posterior is fitted on, one a member, where it is not fitted on `store`; else empty. */
  readonly memberStores: readonly StoreRef[];
  readonly pool: Pool;
  /** Numeric columns that came with the data, aligned with the pool. */
  readonly columns: PoolColumns;
  /** Group number of every item of the pool (N); null: by prompt. */
  readonly groups: Int32Array | null;
  /** What a reward may depend on beside features. */
  readonly covariates: Covariates;
  /** What early stopping judges by; empty for none. */
  readonly validation: Comparisons;
  /** Labels that cost, those that are left out as ties among them. */
  readonly validationLabels: number;
  readonly evaluated: readonly EvaluatedSplit[];
  /** Whether the remaining pool and the labelled items are measured too. */
  readonly measurePool: boolean;
  readonly measureLabelled: boolean;
}

/** What a problem is made of. */
export interface ProblemParts {
  readonly config: ExperimentConfig;
  readonly dataset: Dataset;
  readonly labels: SplitLabels;
  readonly store: StoreRef;
  /** Those of `data.stores`. */
  readonly memberStores: readonly MemberStore[];
  readonly itemFiles: ItemFiles;
}

/** The split that validates where none is named; it need not be there where nothing validates. */
const UNNAMED_VALIDATION = 'validation';

/** Splits that are views of the pool, not splits of the dataset. */
const POOL_VIEWS = ['pool', 'labelled'];

/** Prepares the data of one run. @throws BalpmError (usage) when the config asks for what the dataset has not. */
export function prepareProblem(parts: ProblemParts): Problem {
  const { config, dataset, store, itemFiles } = parts;
  const named = config.splits.evaluate;
  const names = named ?? labelledSplits(dataset).filter((name) => name !== config.splits.pool);
  const apart = validationItems(parts);
  const kept = keptItems(parts, apart);
  const pool = preparePool(parts, kept);
  const columns = alignColumns(itemFiles.columns, kept, pool.ids);
  assertServed(config, {
    items: pool.ids.length,
    prompts: pool.promptRows.length,
    columns,
    read: itemFiles.columns,
    evaluatesSplits: names.some((name) => !POOL_VIEWS.includes(name)),
  });
  assertCustomCode(config);
  assertTieModel(config);
  assertViews(config, dataset, names, pool);
  assertAnswerable(config, pool);
  const validation = validationOf(parts, apart);
  assertHardLabels(config, pool, validation);
  return {
    dataset,
    store,
    memberStores: isOnSeveral(config) ? parts.memberStores.map((member) => member.store) : [],
    pool,
    columns,
    groups: alignGroups(itemFiles.groups, pool.ids),
    covariates: covariatesOf(config, dataset),
    validation,
    validationLabels: apart.length,
    evaluated: names
      .filter((name) => !POOL_VIEWS.includes(name))
      .map((name) => evaluatedSplit(requireSplit(dataset, name), parts)),
    measurePool: names.includes('pool'),
    measureLabelled: names.includes('labelled'),
  };
}

/** The items of the pool's split that are in the pool: those that validate instead are not, and `poolSize` are drawn of the rest. */
function keptItems({ config, dataset }: ProblemParts, validation: Int32Array): Int32Array {
  const { ids } = requireSplit(dataset, config.splits.pool);
  const apart = new Set(config.validation.split === config.splits.pool ? validation : []);
  const rest = allOf(ids.length).filter((item) => !apart.has(item));
  return subsample(rest, config.splits.poolSize, config, 'pool');
}

function preparePool({ config, dataset, labels }: ProblemParts, kept: Int32Array): Pool {
  const split = requireSplit(dataset, config.splits.pool);
  const { numbers, rows } = renumber(kept, split.prompts);
  const ids = Array.from(kept, (index) => split.ids[index] as string);
  const splitLabels = labels.get(split.name) ?? noLabels(split.ids.length);
  return {
    ids,
    indexOf: new Map(ids.map((id, index) => [id, index])),
    pairs: pairRows(split, kept),
    promptOf: numbers,
    promptRows: rows,
    labels: labelsAt(splitLabels, kept),
  };
}

const allOf = (count: number): Int32Array => Int32Array.from({ length: count }, (_value, index) => index);

/** The first `size` of a seeded shuffle of `items`, in dataset order; all when `size` is null. */
function subsample(items: Int32Array, size: number | null, config: ExperimentConfig, use: string): Int32Array {
  const count = items.length;
  if (size === null || size === count) return items;
  if (size > count) {
    throw usageError(`Cannot draw ${size} ${use} items: ${count} are left to draw from; ask for at most ${count}`);
  }
  return Int32Array.from(drawWithoutReplacement(openStream([config.seed, use]), Array.from(items), size)).sort();
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

/** The items of `validation.split` that validate. @throws BalpmError where taking them would reveal labels nobody paid for. */
function validationItems({ config, dataset }: ProblemParts): Int32Array {
  const { split: name, size } = config.validation;
  if (name === null) return new Int32Array(0);
  if (!posteriorOf(config.posterior.type).learnsFrom.validation) {
    if (name !== UNNAMED_VALIDATION) requireSplit(dataset, name);
    return new Int32Array(0);
  }
  assertApart(config);
  return subsample(allOf(requireSplit(dataset, name).ids.length), size, config, 'validation');
}

function validationOf({ config, dataset, labels }: ProblemParts, items: Int32Array): Comparisons {
  const { split: name } = config.validation;
  if (name === null || items.length === 0)
    return { rows: new Int32Array(0), targets: new Float64Array(0), weights: new Float64Array(0) };
  const split = requireSplit(dataset, name);
  const pairs = pairRows(split, allOf(split.ids.length));
  return validationComparisons({ split, pairs, labels: labels.get(name) }, items, config);
}

function evaluatedSplit(split: SplitItems, { labels, config }: ProblemParts): EvaluatedSplit {
  const known = labels.get(split.name);
  const missing = known === undefined ? 0 : firstUnlabelled(known);
  if (known === undefined || missing !== -1) {
    throw dataError(
      `Cannot measure on split '${split.name}': item '${split.ids[missing]}' has no label, labels for every item are needed`,
    );
  }
  const { ties } = config.labels;
  const seen = seenSplit({ name: split.name, pairs: pairRows(split, allOf(split.ids.length)), labels: known }, ties);
  if (seen.pairs.length > 0) return seen;
  throw dataError(
    `Cannot measure on split '${split.name}': every label of it is a tie and labels.ties is '${ties}'; set labels.ties to half, or name other splits.evaluate`,
  );
}

/** Rows (a, b) of some items of a split, n × 2. */
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

const isOnSeveral = ({ posterior }: ExperimentConfig): boolean =>
  posteriorOf(posterior.type).fittedOn === 'data.stores';

/** A file of the user's must be there before anything is spent. */
function assertCustomCode({ posterior }: ExperimentConfig): void {
  const { customCode } = posteriorOf(posterior.type);
  if (customCode !== undefined) assertUserFile(customCode.key, customCode.named(posterior) ?? '');
}

/** `pool` and `labelled` are views of the pool: no split may have their name, and a measured pool must be labelled. */
function assertViews({ splits }: ExperimentConfig, dataset: Dataset, names: readonly string[], pool: Pool): void {
  const taken = POOL_VIEWS.find((view) => dataset.splits.has(view) && view !== splits.pool);
  if (taken !== undefined) {
    throw usageError(
      `Cannot use dataset '${dataset.manifest.name}': it has a split '${taken}', another name is needed`,
    );
  }
  const unlabelled = firstUnlabelled(pool.labels);
  if (names.includes('pool') && unlabelled !== -1) {
    const id = pool.ids[unlabelled];
    throw usageError(`Cannot measure on the pool: item '${id}' has no label, a fully labelled pool is needed`);
  }
}

/** The dataset can answer only for what it has labels of; finding that out late would waste a run. */
function assertAnswerable({ oracle, splits }: ExperimentConfig, pool: Pool): void {
  const missing = pool.labels.probabilities.filter(Number.isNaN).length;
  if (oracle.type !== 'dataset' || missing === 0) return;
  throw dataError(
    `Cannot label split '${splits.pool}' from the dataset: ${missing} of ${pool.ids.length} items have no label ('${pool.ids[firstUnlabelled(pool.labels)]}' is the first), a labelled pool or another oracle.type is needed`,
  );
}
