import { resolve } from 'node:path';
import type { z } from 'zod';
import { readDataset } from '../data/dataset.ts';
import { featuresUncertainty } from '../protocol/operations/features-uncertainty.ts';
import { directoryOrId } from './directory-or-id.ts';
import { callOwnWorker, type OwnWorkerOptions } from './own-worker.ts';
import { refuseExistingStore } from './store/refuse-existing-store.ts';

/** Whose entropies over which positions; the fields of the operation features.uncertainty. */
type UncertaintySettings = z.input<typeof featuresUncertainty.params>;

/** Counts of the operation. */
export type Uncertainty = z.output<typeof featuresUncertainty.data>;

export interface UncertaintyOptions extends Omit<OwnWorkerOptions, 'device'> {
  readonly settings: UncertaintySettings;
}

/**
 * Computes next-token entropies over a dataset's answers in a worker of its own and writes the columns `settings.out`.
 * @throws BalpmError (usage) when the file exists; (data) when dataset or model cannot be read; those of startWorker.
 */
export async function computeUncertainty(options: UncertaintyOptions): Promise<Uncertainty> {
  const { dataset, out, model, adapter, ...rest } = options.settings;
  refuseExistingStore(out);
  await readDataset(dataset); // before a worker starts: a wrong directory is told at once
  const places = {
    dataset: resolve(dataset),
    out: resolve(out),
    model: directoryOrId(model),
    adapter: adapter === null ? null : directoryOrId(adapter),
  };
  return callOwnWorker(featuresUncertainty, { ...rest, ...places }, { ...options, device: rest.device });
}
