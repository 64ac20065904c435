import { join } from 'node:path';
import type { z } from 'zod';
import { dataError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import type { Dataset, SplitItems } from './dataset.ts';
import { PromptLine, ResponseLine } from './dataset-format.ts';
import { readJsonLines } from './lines/json-lines.ts';
import { parseLine } from './lines/parse-line.ts';
import { type DatasetFile, verifyDatasetFile } from './verify-dataset-file.ts';

/** An item with its texts, for people. */
export interface ItemTexts {
  readonly id: string;
  readonly prompt: string;
  readonly response_a: string;
  readonly response_b: string;
}

/**
 * The texts of the items with these ids, in the given order, for people to judge.
 * @throws BalpmError (data) also when the dataset was made from features and has no texts.
 */
export async function readTexts(dataset: Dataset, ids: readonly string[]): Promise<ItemTexts[]> {
  if (dataset.manifest.texts === 'none')
    throw dataError(
      `Cannot read the texts of ${quotePath(dataset.path)}: it was imported from features and has no texts; use a dataset with texts`,
    );
  return readStoredTexts(dataset, ids);
}

/**
 * Contents of the text files for these ids, in the given order; only these texts are in memory.
 * @throws BalpmError (data) when an id is unknown or a text file is missing, changed or malformed.
 */
export async function readStoredTexts(dataset: Dataset, ids: readonly string[]): Promise<ItemTexts[]> {
  const rows = findRows(dataset, ids);
  const prompts = await readTextRows(dataset, 'prompts.jsonl', PromptLine, new Set(rows.map(({ prompt }) => prompt)));
  const responses = await readTextRows(
    dataset,
    'responses.jsonl',
    ResponseLine,
    new Set(rows.flatMap(({ a, b }) => [a, b])),
  );
  return rows.map(({ id, prompt, a, b }) => ({
    id,
    prompt: prompts.get(prompt) as string,
    response_a: responses.get(a) as string,
    response_b: responses.get(b) as string,
  }));
}

interface ItemRows {
  readonly id: string;
  readonly prompt: number;
  readonly a: number;
  readonly b: number;
}

function findRows(dataset: Dataset, ids: readonly string[]): ItemRows[] {
  const wanted = new Set(ids);
  const found = new Map<string, ItemRows>();
  for (const split of dataset.splits.values()) {
    split.ids.forEach((id, index) => wanted.has(id) && found.set(id, rowsAt(split, id, index)));
  }
  return ids.map((id) => {
    const rows = found.get(id);
    if (rows === undefined)
      throw dataError(`Cannot read the texts of '${id}': no item has this id; use an id of ${quotePath(dataset.path)}`);
    return rows;
  });
}

const rowsAt = (split: SplitItems, id: string, index: number): ItemRows => ({
  id,
  prompt: split.prompts[index] as number,
  a: split.a[index] as number,
  b: split.b[index] as number,
});

/**
 * The texts of some rows of a text file by row; skips the rest of the file.
 * @throws BalpmError (data) when the file is missing, changed or malformed.
 */
export async function readTextRows(
  dataset: Dataset,
  name: DatasetFile,
  schema: z.ZodType<{ readonly text: string }>,
  wanted: ReadonlySet<number>,
): Promise<Map<number, string>> {
  await verifyDatasetFile(dataset.path, dataset.manifest, name);
  const file = join(dataset.path, name);
  const texts = new Map<number, string>();
  for await (const { number, value } of readJsonLines(file)) {
    if (wanted.has(number - 1))
      texts.set(number - 1, parseLine(schema, value, `${quotePath(file)} line ${number}`).text);
    if (texts.size === wanted.size) break;
  }
  const missing = [...wanted].find((row) => !texts.has(row));
  if (missing === undefined) return texts;
  throw dataError(`Cannot use ${quotePath(file)}: it has no line ${missing + 1} with a text; import the dataset again`);
}
