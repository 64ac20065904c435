import { resolve } from 'node:path';
import type { z } from 'zod';
import { usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { readDatasetManifest } from '../../data/dataset.ts';
import { featuresForecast } from '../../protocol/operations/features-forecast.ts';
import { callOwnWorker, type OwnWorkerOptions } from '../own-worker.ts';
import { extractionParams } from './extraction-params.ts';
import type { ExtractionSettings } from './extraction-settings.ts';
import { prepareCut } from './reference-cut.ts';

/** What an extraction would take. */
export interface Forecast extends z.output<typeof featuresForecast.data> {
  /** Of one process without its start, by the trial; null without one. */
  readonly seconds: number | null;
}

export interface ForecastOptions extends OwnWorkerOptions {
  readonly settings: ExtractionSettings;
}

/** Texts that are split into tokens. */
const SAMPLE = 4000;

/**
 * Tells what an extraction would take and starts none: tokens by a sample of the texts, sizes by the model's configuration,
 * time by a trial of a few batches where the weights are here. Of a hub model configuration and tokenizer are fetched.
 * @throws BalpmError as the extraction would; those of startWorker.
 */
export async function forecastExtraction(options: ForecastOptions): Promise<Forecast> {
  const settings = await cutSettings(options);
  const whole = { index: 1, count: 1 };
  const part = { work: resolve(settings.out), shard: whole, share: whole, device: options.device };
  const extraction = extractionParams(settings, part);
  const data = await callOwnWorker(featuresForecast, { extraction, sample: SAMPLE }, options);
  return { ...data, seconds: secondsOf(data) };
}

/** The settings of a cut that was made before. @throws BalpmError (usage) for one that is not made: that writes a dataset. */
async function cutSettings({ settings, ...options }: ForecastOptions): Promise<ExtractionSettings> {
  const { source } = await readDatasetManifest(settings.dataset);
  if (settings.promptCut === 'reference' && source['promptCut'] !== 'reference')
    throw usageError(
      `Cannot tell what an extraction of ${quotePath(settings.dataset)} with --prompt-cut reference takes: its prompts are not cut; give a dataset that \`balpm features cut\` made`,
    );
  return prepareCut({ ...options, settings, devices: [options.device] });
}

/** A way that runs a prompt once for all its answers has fewer tokens to run. */
function secondsOf({ trial, tokens, sharedTokens }: z.output<typeof featuresForecast.data>): number | null {
  if (trial === null) return null;
  const isShared = trial.way === 'tree' || trial.way === 'prefix-cache';
  return ((isShared ? sharedTokens : tokens) * trial.seconds) / trial.tokens;
}
