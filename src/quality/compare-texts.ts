import type { Dataset } from '../data/dataset.ts';
import { PromptLine, ResponseLine } from '../data/dataset-format.ts';
import { excerpt } from '../data/description/excerpt.ts';
import { readTextRows } from '../data/read-texts.ts';
import { countEqualPairs, findEqualFeatures } from './equal-features.ts';
import type { StoredMatrix } from './matrix.ts';
import { neighbourhoodOf } from './neighbours.ts';
import type { TextFindings } from './quality-document.ts';
import type { Skipped } from './skipped.ts';
import type { MatrixSurvey } from './survey-matrix.ts';
import { readTextKeys, type TextKeys } from './text-keys.ts';
import { findUnequalDuplicates } from './unequal-duplicates.ts';

type OfBoth<Value> = Readonly<Record<StoredMatrix['name'], Value>>;

export interface ComparisonInput {
  readonly dataset: Dataset;
  readonly matrices: OfBoth<StoredMatrix>;
  readonly surveys: OfBoth<Pick<MatrixSurvey, 'fingerprints' | 'distances'>>;
  /** The prompts whose distances were surveyed. */
  readonly asked: readonly number[];
}

/** Holds the texts of a dataset against their features; skipped where nobody knows the texts. @throws BalpmError (data) */
export async function compareTexts(input: ComparisonInput): Promise<TextFindings | Skipped> {
  const { dataset, matrices, surveys, asked } = input;
  if (dataset.manifest.texts === 'none')
    return { skipped: 'the dataset was made from imported features, its texts are unknown' };
  const keys = await readTextKeys(dataset);
  const duplicates = (name: StoredMatrix['name']) =>
    findUnequalDuplicates(matrices[name], keys[name], surveys[name].fingerprints);
  const equal = (name: StoredMatrix['name']) => findEqualFeatures(keys[name], surveys[name].fingerprints);
  const found = {
    duplicates: { prompts: await duplicates('prompts'), responses: await duplicates('responses') },
    equalFeatures: { prompts: equal('prompts'), responses: equal('responses') },
    equalPairs: countEqualPairs(dataset.splits.values(), keys.responses, surveys.responses.fingerprints),
    neighbourhoods: asked.map((row, query) => neighbourhoodOf(row, surveys.prompts.distances[query]!)),
  };
  return { ...found, excerpts: await readExcerpts(found, keys, dataset) };
}

type Unread = Omit<TextFindings, 'excerpts'>;

async function readExcerpts(
  found: Unread,
  { promptOf }: TextKeys,
  dataset: Dataset,
): Promise<TextFindings['excerpts']> {
  const responses = new Set(rowsNamed(found, 'responses'));
  const shown = [...rowsNamed(found, 'prompts'), ...found.neighbourhoods.flatMap(rowsOfNeighbourhood)];
  const prompts = new Set([...shown, ...[...responses].map((row) => promptOf[row]!)]);
  const promptTexts = await readTextRows(dataset, 'prompts.jsonl', PromptLine, prompts);
  const responseTexts = await readTextRows(dataset, 'responses.jsonl', ResponseLine, responses);
  const promptLine = (row: number): string => excerpt(promptTexts.get(row) ?? '', LONGEST.text);
  const responseLine = (row: number): string =>
    `${excerpt(promptTexts.get(promptOf[row]!) ?? '', LONGEST.prompt)} → ${excerpt(responseTexts.get(row) ?? '', LONGEST.text)}`;
  return { prompts: linesOf(shown, promptLine), responses: linesOf([...responses], responseLine) };
}

/** Characters of a text, and of the prompt before an answer. */
const LONGEST = { text: 160, prompt: 60 } as const;

const rowsNamed = ({ duplicates, equalFeatures }: Unread, name: StoredMatrix['name']): number[] => [
  ...duplicates[name].first.flatMap(({ rows }) => [...rows]),
  ...equalFeatures[name].first.flat(),
];

const rowsOfNeighbourhood = ({ row, neighbours }: Unread['neighbourhoods'][number]): number[] => [
  row,
  ...neighbours.map((other) => other.row),
];

const linesOf = (rows: readonly number[], line: (row: number) => string): Record<number, string> =>
  Object.fromEntries(rows.map((row) => [row, line(row)]));
