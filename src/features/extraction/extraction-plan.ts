import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { dataError, messageOf } from '../../base/errors.ts';
import { quotePath, readText } from '../../base/files/files.ts';
import { parseJson } from '../../base/text/parse-json.ts';
import { StoreManifest } from '../store/store-format.ts';

const Plan = z.object({
  dataset: StoreManifest.shape.dataset,
  source: StoreManifest.shape.source,
  modelFiles: z.record(z.string(), z.string()),
  outputs: z.array(z.object({ name: z.string() })).min(1),
});
/** What of an extraction's `plan.json` goes into its stores; the worker, which writes the file, reads all of it. */
export type ExtractionPlan = z.infer<typeof Plan>;

/**
 * The plan that the shards in a folder have in common, null while there is none.
 * @throws BalpmError (data) for a file that is no plan.
 */
export async function readExtractionPlan(folder: string): Promise<ExtractionPlan | null> {
  const path = join(folder, 'plan.json');
  if (!existsSync(path)) return null;
  const text = await readText(path, 'plan of the extraction');
  try {
    return Plan.parse(parseJson(text));
  } catch (error) {
    const found = error instanceof z.ZodError ? (error.issues[0]?.message ?? 'another form') : messageOf(error);
    throw dataError(`Cannot read ${quotePath(path)}: ${found}; restore the file as balpm wrote it`);
  }
}
