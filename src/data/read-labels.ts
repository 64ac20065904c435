import { join } from 'node:path';
import { dataError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import type { Dataset } from './dataset.ts';
import { LabelLine } from './dataset-format.ts';
import { probabilityOf } from './label.ts';
import { type Labels, noLabels } from './labels.ts';
import { readJsonLines } from './lines/json-lines.ts';
import { parseLine } from './lines/parse-line.ts';
import { verifyDatasetFile } from './verify-dataset-file.ts';

/** Per split, aligned with its ids. */
export type SplitLabels = ReadonlyMap<string, Labels>;

/**
 * Reads labels.jsonl.
 * @throws BalpmError (data) when the file changed, or a label is malformed, of an unknown item, or given twice.
 */
export async function readLabels(dataset: Dataset): Promise<SplitLabels> {
  const labels = new Map([...dataset.splits].map(([name, { ids }]) => [name, noLabels(ids.length)]));
  const places = placesOf(dataset, labels);
  for await (const { label, where } of readLabelLines(dataset)) setLabel(places, label, where);
  return labels;
}

/** The lines of labels.jsonl unchanged, each with its location in words. @throws BalpmError (data) */
export async function* readLabelLines({
  path,
  manifest,
}: Dataset): AsyncGenerator<{ readonly label: LabelLine; readonly where: string }> {
  await verifyDatasetFile(path, manifest, 'labels.jsonl');
  const file = join(path, 'labels.jsonl');
  for await (const { number, value } of readJsonLines(file)) {
    const where = `${quotePath(file)} line ${number}`;
    yield { label: parseLine(LabelLine, value, where), where };
  }
}

interface Place {
  readonly labels: Labels;
  readonly offset: number;
}

/** The position of each id's label. */
function placesOf(dataset: Dataset, labels: SplitLabels): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const [name, { ids }] of dataset.splits) {
    const target = labels.get(name) as Labels;
    ids.forEach((id, offset) => places.set(id, { labels: target, offset }));
  }
  return places;
}

function setLabel(places: ReadonlyMap<string, Place>, label: LabelLine, where: string): void {
  const place = places.get(label.id);
  if (place === undefined)
    throw dataError(`Cannot read ${where}: id '${label.id}' is not an item; use an id of items.jsonl`);
  const { labels, offset } = place;
  if (!Number.isNaN(labels.probabilities[offset]))
    throw dataError(`Cannot read ${where}: id '${label.id}' already has a label; give one label per item`);
  labels.probabilities[offset] = probabilityOf(label);
  labels.weights[offset] = label.weight ?? 1;
}
