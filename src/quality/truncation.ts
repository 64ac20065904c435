import type { DatasetManifest } from '../data/dataset-format.ts';
import type { StoreManifest } from '../features/store/store-format.ts';

/** Texts that lost their end when they were embedded, answers of which nothing was left, prompts that made room. */
export interface Truncation {
  /** Null: all splits together. */
  readonly split: string | null;
  readonly prompts: number;
  readonly responses: number;
  readonly truncatedPrompts: number;
  readonly truncatedResponses: number;
  readonly lostResponses: number;
  /** Prompts cut so that their answers fit. */
  readonly cutPrompts: number;
}

const KINDS = ['truncatedPrompts', 'truncatedResponses', 'lostResponses', 'cutPrompts'] as const;

/** What the store's manifest tells, by split where it tells that, else in total; nothing where it tells neither. */
export function readTruncation({ stats }: Pick<StoreManifest, 'stats'>, dataset: DatasetManifest): Truncation[] {
  const bySplit = dataset.splits.flatMap(({ name, counts }) => readCounts(stats, name, counts));
  return bySplit.length > 0 ? bySplit : readCounts(stats, null, dataset.counts);
}

function readCounts(
  stats: StoreManifest['stats'],
  split: string | null,
  { prompts, responses }: { readonly prompts: number; readonly responses: number },
): Truncation[] {
  const told = (kind: (typeof KINDS)[number]) => stats[split === null ? kind : `${kind}.${split}`];
  if (!KINDS.some((kind) => typeof told(kind) === 'number')) return [];
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, Number(told(kind) ?? 0)]));
  return [{ split, prompts, responses, ...(counts as Pick<Truncation, (typeof KINDS)[number]>) }];
}
