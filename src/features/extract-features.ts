import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { messageOf, usageError } from '../base/errors.ts';
import { quotePath } from '../base/files.ts';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import { readDataset } from '../data/dataset.ts';
import { featuresExtract } from '../protocol/operations/features-extract.ts';
import { type ProgressNote, startWorker } from '../worker/client.ts';
import { readStoreManifest } from './store.ts';
import type { StoreManifest } from './store-format.ts';

/** How texts become features; the fields of the operation features.extract. */
export type ExtractionSettings = z.input<typeof featuresExtract.params>;

/** What an extraction gave: counts of the operation, and the manifest of the store that now exists. */
export interface Extraction {
  readonly counts: z.output<typeof featuresExtract.data>;
  readonly manifest: StoreManifest;
}

export interface ExtractionOptions {
  readonly settings: ExtractionSettings;
  /** Interpreter: a path or a name on PATH. */
  readonly python: string;
  /** Threads of one tensor operation. */
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProgressNote) => void;
}

/**
 * Embeds the unique texts of a dataset in a worker of its own and writes the store `settings.out`.
 * @throws BalpmError (usage) when the store exists; (data) when dataset or model cannot be read; those of startWorker.
 */
export async function extractFeatures(options: ExtractionOptions): Promise<Extraction> {
  const settings = withAbsolutePaths(options.settings);
  refuseExisting(options.settings.out);
  await readDataset(settings.dataset); // before a worker starts: a wrong directory is told at once
  const counts = await callWorker({ ...options, settings });
  return { counts, manifest: await readStoreManifest(settings.out) };
}

/** A model that is no directory here is left as it is: a hub id. */
function withAbsolutePaths(settings: ExtractionSettings): ExtractionSettings {
  const { dataset, out, model } = settings;
  return {
    ...settings,
    dataset: resolve(dataset),
    out: resolve(out),
    model: existsSync(model) ? resolve(model) : model,
  };
}

function refuseExisting(out: string): void {
  if (existsSync(out)) throw usageError(`Cannot write ${quotePath(out)}: it already exists, a new path is needed`);
}

async function callWorker({
  settings,
  python,
  threads,
  signal,
  onProgress,
}: ExtractionOptions): Promise<Extraction['counts']> {
  const logs = mkdtempSync(join(tmpdir(), 'balpm-extract-'));
  const logFile = join(logs, 'worker.log');
  let keepLog = false;
  try {
    const device = settings.device;
    const worker = await startWorker({
      python,
      packageDir: PACKAGE_ROOT,
      device,
      threads,
      logFile,
      signal,
      restarts: 0,
    });
    try {
      return (await worker.call(featuresExtract, settings, {}, { signal, onProgress })).data;
    } finally {
      await worker.close();
    }
  } catch (error) {
    keepLog = messageOf(error).includes(logFile);
    throw error;
  } finally {
    if (!keepLog) rmSync(logs, { recursive: true, force: true });
  }
}
