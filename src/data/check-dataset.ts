import { join } from 'node:path';
import { dataError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { type Dataset, readDataset } from './dataset.ts';
import { PromptLine, ResponseLine } from './dataset-format.ts';
import { countLabels, type LabelCounts } from './description/count-labels.ts';
import { describeLabels } from './description/describe-labels.ts';
import { describeSides } from './description/describe-sides.ts';
import { sidesRevealLabel } from './import/side-order.ts';
import type { Labels } from './labels.ts';
import { readJsonLines } from './lines/json-lines.ts';
import { parseLine } from './lines/parse-line.ts';
import { describeOverlap } from './overlap.ts';
import { readLabels, type SplitLabels } from './read-labels.ts';
import { createSplitTally } from './split-tally.ts';
import { createUniqueRows } from './unique-rows.ts';
import { verifyDatasetFile } from './verify-dataset-file.ts';

/** One finding of a check: a confirmed property, or a note. */
export interface CheckFinding {
  readonly kind: 'right' | 'note';
  readonly text: string;
}

/**
 * Checks a dataset directory from its hashes to its labels, finding by finding.
 * @throws BalpmError (data) at the first fault, naming file and line.
 */
export async function* checkDataset(path: string): AsyncGenerator<CheckFinding> {
  const dataset = await readDataset(path);
  for (const name of ['prompts.jsonl', 'responses.jsonl', 'labels.jsonl'] as const)
    await verifyDatasetFile(path, dataset.manifest, name);
  yield right('manifest and SHA-256 of every file');
  await checkPrompts(dataset);
  yield right(`${dataset.manifest.counts.prompts} prompts, ${dataset.manifest.repeats ? 'cut' : 'each once'}`);
  const promptOf = await checkResponses(dataset);
  yield right(`${dataset.manifest.counts.responses} responses, each once, each of a prompt`);
  checkItems(dataset, promptOf);
  yield right(`${dataset.manifest.counts.items} items with distinct ids and responses to their prompt`);
  const labels = await readLabels(dataset);
  checkCounts(dataset, labels);
  const counts = countLabels(labels.values());
  yield right(`${counts.labelled} labels of known items, and the counts of every split`);
  for (const text of [
    ...describeTexts(dataset),
    ...describeOverlap(dataset),
    describeBalance(counts),
    ...describeLabels(counts),
  ])
    yield { kind: 'note', text };
}

const right = (text: string): CheckFinding => ({ kind: 'right', text });

async function checkPrompts({ path, manifest }: Dataset): Promise<void> {
  const file = join(path, 'prompts.jsonl');
  const seen = createUniqueRows();
  for await (const { number, value } of readJsonLines(file)) {
    const where = `${quotePath(file)} line ${number}`;
    const owner = manifest.repeats === 'prompts' ? number : 0;
    requireNextRow(seen.rowOf(owner, parseLine(PromptLine, value, where).text), number, where);
  }
  requireCount(file, seen.size(), manifest.counts.prompts);
}

/** Checks every response and returns the prompt row of each. */
async function checkResponses({ path, manifest }: Dataset): Promise<Int32Array> {
  const file = join(path, 'responses.jsonl');
  const seen = createUniqueRows();
  const promptOf = new Int32Array(manifest.counts.responses);
  for await (const { number, value } of readJsonLines(file)) {
    const where = `${quotePath(file)} line ${number}`;
    const { prompt, text } = parseLine(ResponseLine, value, where);
    if (prompt >= manifest.counts.prompts)
      throw dataError(
        `Cannot use ${where}: prompt ${prompt} is not a row; expected a row below ${manifest.counts.prompts}`,
      );
    requireNextRow(seen.rowOf(prompt, text), number, where);
    promptOf[number - 1] = prompt;
  }
  requireCount(file, seen.size(), manifest.counts.responses);
  return promptOf;
}

/** A repeated text, or a blank line before a text, would shift rows. */
function requireNextRow({ row }: { readonly row: number }, line: number, where: string): void {
  if (row !== line - 1)
    throw dataError(
      `Cannot use ${where}: it repeats row ${row} or follows a blank line; give every text once, without blank lines`,
    );
}

function requireCount(file: string, found: number, needed: number): void {
  if (found !== needed)
    throw dataError(`Cannot use ${quotePath(file)}: it has ${found} lines; expected ${needed}, as in the manifest`);
}

function checkItems(dataset: Dataset, promptOf: Int32Array): void {
  const seen = new Set<string>();
  for (const split of dataset.splits.values()) {
    split.ids.forEach((id, index) => {
      const where = `item '${id}' of split '${split.name}' in ${quotePath(join(dataset.path, 'items.jsonl'))}`;
      if (seen.has(id)) throw dataError(`Cannot use ${where}: its id is not unique; give each item a distinct id`);
      seen.add(id);
      const answered = [split.a[index], split.b[index]].map((row) => promptOf[row as number]);
      if (answered.some((prompt) => prompt !== split.prompts[index])) {
        throw dataError(
          `Cannot use ${where}: a response is to prompt ${answered.find((prompt) => prompt !== split.prompts[index])}; expected responses to its prompt ${split.prompts[index]}`,
        );
      }
    });
  }
}

function checkCounts({ path, manifest, splits }: Dataset, labels: SplitLabels): void {
  for (const { name, counts } of manifest.splits) {
    const split = splits.get(name) as NonNullable<ReturnType<typeof splits.get>>;
    const own = labels.get(name) as Labels;
    const tally = createSplitTally(name);
    split.ids.forEach((_, index) =>
      tally.count(
        { prompt: split.prompts[index] as number, a: split.a[index] as number, b: split.b[index] as number },
        !Number.isNaN(own.probabilities[index]),
      ),
    );
    const found = tally.counts();
    const wrong = (Object.keys(counts) as (keyof typeof counts)[]).find((key) => counts[key] !== found[key]);
    if (wrong !== undefined)
      throw dataError(
        `Cannot use dataset ${quotePath(path)}: split '${name}' has ${found[wrong]} ${wrong}; expected ${counts[wrong]}, as in the manifest`,
      );
  }
}

const describeTexts = ({ manifest }: Dataset): string[] =>
  manifest.texts === 'none' ? ['texts are unknown: each refers to a row of imported features'] : [];

function describeBalance(counts: LabelCounts): string {
  const revealed = sidesRevealLabel(counts.preferredA, counts.sided);
  return `${describeSides(counts)}${revealed ? ': the side reveals the label (import with --shuffle-sides always)' : ''}`;
}
