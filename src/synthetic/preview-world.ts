import { hashOf } from '../base/text/canonical-json.ts';
import type { Dataset, SplitItems } from '../data/dataset.ts';
import type { DatasetManifest } from '../data/dataset-format.ts';
import { hardLabels, type Labels } from '../data/labels.ts';
import type { SplitLabels } from '../data/read-labels.ts';
import { synthesise, type WorldPrompt, type WorldSplit } from './synthesise.ts';
import type { SyntheticWorld } from './world-config.ts';

/** A world in the form in which a run reads it. */
export interface WorldPreview {
  readonly dataset: Dataset;
  readonly labels: SplitLabels;
  /** Dimension of the response features. */
  readonly dimension: number;
}

/** Creates a world in memory only; rows are those of the written world, the hash is that of its parameters. */
export function previewWorld(config: SyntheticWorld): WorldPreview {
  const world = synthesise(config);
  const rows = { prompts: new Map<WorldPrompt, number>(), responses: 0 };
  const splits = new Map(world.splits.map((split) => [split.name, itemsOf(split, rows)]));
  return {
    dataset: { path: '', manifest: manifestOf(config, splits, rows), splits },
    labels: new Map(world.splits.map(({ name, pairs }) => [name, labelsOf(pairs)])),
    dimension: config.promptDimension + config.answerDimension,
  };
}

/** Rows returned so far. */
interface Rows {
  readonly prompts: Map<WorldPrompt, number>;
  responses: number;
}

function itemsOf({ name, pairs }: WorldSplit, rows: Rows): SplitItems {
  const prompts = Int32Array.from(pairs, ({ prompt }) => {
    const row = rows.prompts.get(prompt) ?? rows.prompts.size;
    rows.prompts.set(prompt, row);
    return row;
  });
  const first = rows.responses;
  rows.responses += 2 * pairs.length;
  return {
    name,
    ids: pairs.map((_pair, index) => `${name}-${index + 1}`),
    prompts,
    a: prompts.map((_row, index) => first + 2 * index),
    b: prompts.map((_row, index) => first + 2 * index + 1),
  };
}

const labelsOf = (pairs: WorldSplit['pairs']): Labels =>
  hardLabels(pairs.map(({ preferred }) => (preferred === 'a' ? 1 : 0)));

function manifestOf(config: SyntheticWorld, splits: Dataset['splits'], rows: Rows): DatasetManifest {
  const hash = hashOf(config);
  const unwritten = { sha256: hash, bytes: 0 };
  return {
    schemaVersion: 1,
    kind: 'balpm-dataset',
    name: `synthetic-${config.kind}`,
    hash,
    labelsHash: hash,
    files: {
      'prompts.jsonl': unwritten,
      'responses.jsonl': unwritten,
      'items.jsonl': unwritten,
      'labels.jsonl': unwritten,
    },
    splits: [...splits.values()].map(({ name, ids, prompts }) => ({
      name,
      counts: { items: ids.length, labelled: ids.length, prompts: new Set(prompts).size, responses: 2 * ids.length },
    })),
    counts: { items: rows.responses / 2, prompts: rows.prompts.size, responses: rows.responses },
    source: { type: 'synthetic', world: config },
  };
}
