import { join } from 'node:path';
import type { Dataset, SplitItems } from '../../data/dataset.ts';
import type { DatasetManifest, LabelLine } from '../../data/dataset-format.ts';
import { DatasetWriter, type NewItem } from '../../data/dataset-writer.ts';
import { LineWriter } from '../../data/lines/line-writer.ts';
import { readLabelLines } from '../../data/read-labels.ts';
import { openTextRows, type TextRows } from '../../data/text-rows.ts';
import { PROMPTS_ALONE_FILE } from './prompts-alone.ts';

/** Where prompts are cut, and what the new manifest says. */
export interface Cut {
  readonly name: string;
  readonly source: DatasetManifest['source'];
  /** UTF-16 code units of the prompt that remain in each item, split after split. */
  readonly kept: Int32Array;
}

/**
 * Writes a dataset whose prompts end where each item's is cut into an empty directory; ids, splits, sides and labels are
 * the source's. A prompt is a row for every cut it has; alone it is embedded as the cut text with the whole one after it.
 * @throws BalpmError (data) when a file of the source is missing, changed or malformed.
 */
export async function writeCutDataset(directory: string, source: Dataset, cut: Cut): Promise<DatasetManifest> {
  const texts = await openTexts(source);
  const writer = new DatasetWriter(directory);
  const alone = new LineWriter(join(directory, PROMPTS_ALONE_FILE));
  const kept = cut.kept.values();
  let rows = 0;
  try {
    for (const split of source.splits.values()) {
      writer.startSplit(split.name);
      for (const index of split.ids.keys()) {
        const { item, whole } = cutItem(texts, readItem(split, index), kept.next().value as number);
        if (writer.add(item).prompt < rows) continue;
        alone.write(JSON.stringify({ text: item.prompt + whole }));
        rows += 1;
      }
    }
    const promptsAlone = alone.close().sha256;
    return writer.finish(cut.name, { ...cut.source, promptsAlone }, { repeats: 'prompts' });
  } finally {
    for (const file of [writer, alone]) file.abandon();
    texts.close();
  }
}

interface Texts {
  readonly prompts: TextRows;
  readonly responses: TextRows;
  readonly labels: ReadonlyMap<string, LabelLine>;
  readonly close: () => void;
}

async function openTexts(source: Dataset): Promise<Texts> {
  const labels = new Map<string, LabelLine>();
  for await (const { label } of readLabelLines(source)) labels.set(label.id, label);
  const prompts = await openTextRows(source, 'prompts');
  const responses = await openTextRows(source, 'responses');
  const close = (): void => {
    for (const file of [prompts, responses]) file.close();
  };
  return { prompts, responses, labels, close };
}

interface Item {
  readonly id: string;
  readonly prompt: number;
  readonly a: number;
  readonly b: number;
}

const readItem = ({ ids, prompts, a, b }: SplitItems, index: number): Item => ({
  id: ids[index] as string,
  prompt: prompts[index] as number,
  a: a[index] as number,
  b: b[index] as number,
});

/** The item with what remains of its prompt, and the whole prompt. */
function cutItem(texts: Texts, { id, prompt, a, b }: Item, kept: number): { item: NewItem; whole: string } {
  const whole = texts.prompts.read(prompt);
  const { id: _id, swapped, ...label } = texts.labels.get(id) ?? { id, preferred: null };
  const sides = { a: texts.responses.read(a), b: texts.responses.read(b) };
  const item = {
    id,
    prompt: whole.slice(0, kept),
    promptGroup: prompt,
    ...sides,
    label: label.preferred === null ? null : label,
  };
  return { item: swapped === undefined ? item : { ...item, swapped }, whole };
}
