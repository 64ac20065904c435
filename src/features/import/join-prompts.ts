import { type BalpmError, dataError } from '../../base/errors.ts';
import type { ImportedTables } from './imported-tables.ts';
import type { PromptSplits } from './prompt-splits.ts';
import type { ImportedRow } from './read-parts.ts';

/** A pair with the prompt row that its id names; null where its split has no prompt features. */
export interface JoinedPair {
  readonly id: string;
  /** Row over all pairs; digests of the chosen and the rejected answer. */
  readonly pair: ImportedRow;
  readonly prompt: ImportedRow | null;
}

/** How the pairs of a split found their prompt features. */
export interface SplitReport {
  readonly split: string;
  readonly pairs: number;
  /** The split of the prompts the ids were looked up in; null: none, and no prompt features are needed. */
  readonly promptSplit: string | null;
  /** Pairs whose id is not there, and the first of their ids. */
  readonly missing: number;
  readonly firstMissing: readonly string[];
}

/** Pairs joined with their prompts, and how well that went. */
export interface JoinedTables {
  readonly reports: readonly SplitReport[];
  /** The pairs of a split without those that miss their prompt. */
  readonly pairs: (split: string) => AsyncIterable<JoinedPair>;
}

const IDS_TOLD = 5;

/**
 * Looks up every pair's id in the prompts of the split that `splits` names. Holds ids and digests of prompts only.
 * Ids are compared as text and mean something within their split alone.
 */
export async function joinPrompts(
  pairs: ImportedTables,
  prompts: ImportedTables,
  splits: PromptSplits,
): Promise<JoinedTables> {
  const known = new Map<string, ReadonlyMap<string, ImportedRow>>();
  for (const name of new Set(splits.values())) if (name !== null) known.set(name, await rowsById(prompts, name));
  const promptsOf = (split: string): ReadonlyMap<string, ImportedRow> | null =>
    known.get(splits.get(split) ?? '') ?? null;
  const reports: SplitReport[] = [];
  for (const split of pairs.splits) reports.push(await report(pairs, split, splits, promptsOf(split)));
  return {
    reports,
    pairs: async function* (split) {
      const own = promptsOf(split);
      for await (const pair of pairs.rows(split)) {
        const prompt = own?.get(pair.id) ?? null;
        if (own === null || prompt !== null) yield { id: pair.id, pair, prompt };
      }
    },
  };
}

async function rowsById(tables: ImportedTables, split: string): Promise<Map<string, ImportedRow>> {
  const rows = new Map<string, ImportedRow>();
  for await (const row of tables.rows(split)) rows.set(row.id, row);
  return rows;
}

async function report(
  pairs: ImportedTables,
  split: string,
  splits: PromptSplits,
  prompts: ReadonlyMap<string, ImportedRow> | null,
): Promise<SplitReport> {
  const firstMissing: string[] = [];
  let count = 0;
  let missing = 0;
  for await (const { id } of pairs.rows(split)) {
    count += 1;
    if (prompts === null || prompts.has(id)) continue;
    missing += 1;
    if (missing <= IDS_TOLD) firstMissing.push(id);
  }
  return { split, pairs: count, promptSplit: splits.get(split) ?? null, missing, firstMissing };
}

/** The error of pairs without prompt features; undefined when there are none. */
export function missingPrompts(reports: readonly SplitReport[], needed: string): BalpmError | undefined {
  const missing = reports.filter((own) => own.missing > 0);
  if (missing.length === 0) return undefined;
  const found = missing.map(
    (own) =>
      `${own.missing} of ${own.pairs} pairs of split '${own.split}' have no prompt features in split '${own.promptSplit}' (${own.firstMissing.map((id) => `'${id}'`).join(', ')}${own.missing > IDS_TOLD ? ', …' : ''})`,
  );
  return dataError(`Cannot join prompt features: ${found.join('; ')}, ${needed}`);
}
