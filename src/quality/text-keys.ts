import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { dataError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import type { Dataset } from '../data/dataset.ts';
import { PromptLine, ResponseLine } from '../data/dataset-format.ts';
import { readJsonLines } from '../data/lines/json-lines.ts';
import { parseLine } from '../data/lines/parse-line.ts';
import { type DatasetFile, verifyDatasetFile } from '../data/verify-dataset-file.ts';

/** What tells texts apart without holding them: keys are equal where texts are. */
export interface TextKeys {
  /** A key a row of prompts.jsonl. */
  readonly prompts: readonly string[];
  /** A key a row of responses.jsonl: of the prompt's text and the answer's. */
  readonly responses: readonly string[];
  /** The row of each response's prompt. */
  readonly promptOf: Int32Array;
}

/** Reads both text files once. @throws BalpmError (data) when one is missing, changed or malformed. */
export async function readTextKeys(dataset: Dataset): Promise<TextKeys> {
  const { counts, repeats } = dataset.manifest;
  const prompts: string[] = [];
  for await (const { where, value } of linesOf(dataset, 'prompts.jsonl')) {
    const { text } = parseLine(PromptLine, value, where);
    // Prompts that became equal when they were cut are embedded with their whole texts.
    prompts.push(keyOf(repeats === 'prompts' ? `${prompts.length}\n${text}` : text));
  }
  const responses: string[] = [];
  const promptOf = new Int32Array(counts.responses);
  for await (const { where, value } of linesOf(dataset, 'responses.jsonl')) {
    const { prompt, text } = parseLine(ResponseLine, value, where);
    promptOf[responses.length] = prompt;
    responses.push(keyOf(`${prompts[prompt]}\n${text}`));
  }
  requireCount(dataset, 'prompts.jsonl', prompts.length, counts.prompts);
  requireCount(dataset, 'responses.jsonl', responses.length, counts.responses);
  return { prompts, responses, promptOf };
}

async function* linesOf({ path, manifest }: Dataset, name: DatasetFile) {
  await verifyDatasetFile(path, manifest, name);
  const file = join(path, name);
  for await (const { number, value } of readJsonLines(file))
    yield { where: `${quotePath(file)} line ${number}`, value };
}

const keyOf = (text: string): string => createHash('sha256').update(text).digest('binary');

function requireCount({ path }: Dataset, name: DatasetFile, found: number, needed: number): void {
  if (found === needed) return;
  throw dataError(
    `Cannot use ${quotePath(join(path, name))}: it has ${found} lines, the manifest's ${needed} are needed`,
  );
}
