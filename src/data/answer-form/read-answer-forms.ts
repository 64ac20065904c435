import { join } from 'node:path';
import { quotePath } from '../../base/files/files.ts';
import type { Dataset } from '../dataset.ts';
import { ResponseLine } from '../dataset-format.ts';
import { readJsonLines } from '../lines/json-lines.ts';
import { parseLine } from '../lines/parse-line.ts';
import { verifyDatasetFile } from '../verify-dataset-file.ts';
import { countForm } from './count-form.ts';
import type { FormName } from './names.ts';

/**
 * ln(1 + count) of the named forms for every response of a dataset, R × C in the order of its responses; one text at a
 * time is in memory.
 * @throws BalpmError (data) when the file of texts is missing, changed or malformed.
 */
export async function readAnswerForms(dataset: Dataset, names: readonly FormName[]): Promise<Float64Array> {
  await verifyDatasetFile(dataset.path, dataset.manifest, 'responses.jsonl');
  const file = join(dataset.path, 'responses.jsonl');
  const forms = new Float64Array(dataset.manifest.counts.responses * names.length);
  let at = 0;
  for await (const { number, value } of readJsonLines(file)) {
    const { text } = parseLine(ResponseLine, value, `${quotePath(file)} line ${number}`);
    for (const name of names) forms[at++] = Math.log1p(countForm(name, text));
  }
  return forms;
}
