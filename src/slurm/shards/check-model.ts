import { dataError } from '../../base/errors.ts';
import { readExtractionPlan } from '../../features/extraction/extraction-plan.ts';
import type { ExtractionOrder } from './extraction-order.ts';

/**
 * Compares the frozen model files of the shards in a folder with those that were submitted; hashes nothing, and compares
 * nothing before a shard has begun.
 * @throws BalpmError (data) naming the file.
 */
export async function checkModel(shards: string, { model, settings }: ExtractionOrder): Promise<void> {
  if (model === null) return;
  const plan = await readExtractionPlan(shards);
  if (plan === null) return;
  const names = [...new Set([...Object.keys(model.files), ...Object.keys(plan.modelFiles)])].toSorted();
  const other = names.find((name) => model.files[name] !== plan.modelFiles[name]);
  if (other !== undefined)
    throw dataError(
      `Cannot extract with model '${settings.model}': '${other}' is ${describe(plan.modelFiles[other])}, but was ${describe(model.files[other])} when it was submitted; restore it, or submit to another --out`,
    );
}

const describe = (hash: string | undefined): string => (hash === undefined ? 'absent' : `${hash.slice(0, 12)}…`);
