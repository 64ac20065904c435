import { isAbsolute } from 'node:path';
import { withAbsolutePaths } from '../../features/extraction/absolute-paths.ts';
import type { ExtractionSettings } from '../../features/extraction/extraction-settings.ts';
import { prepareCut } from '../../features/extraction/reference-cut.ts';
import { type Campaign, writeCampaign } from '../../slurm/campaign/campaign.ts';
import type { ExtractionOrder } from '../../slurm/shards/extraction-order.ts';
import type { SlurmProfile } from '../../slurm/site/profile.ts';
import {
  type ExtractionToSubmit,
  extractionRoot,
  findExtractionCampaign,
  newExtractionCampaign,
  withMachine,
} from '../../slurm/submission/freeze-extraction.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { extractionSettingsOf } from '../features/extract/extract-settings.ts';
import { prefetchAndTell } from '../features/prefetch-with-progress.ts';
import type { SettingsOf } from '../options/settings-of.ts';
import { type HandIn, handIn, type SubmitFlags, showScripts } from './hand-in.ts';
import type { submissionFields } from './submission-fields.ts';

/** Options of `balpm slurm submit --extract`; `threads` only if it was given. */
export interface ShardFlags extends SubmitFlags {
  readonly extract: string;
  readonly shards: number;
}

/** All of them; `threads` only where they were given. */
export type ExtractionFlags = ShardFlags & SettingsOf<typeof submissionFields>;

interface ExtractionToHandIn extends Omit<HandIn, 'campaign'> {
  readonly flags: ExtractionFlags;
}

/** Submits the shards of an extraction and their merge to Slurm, or shows what would be submitted. */
export async function submitExtraction(asked: ExtractionToHandIn, io: CommandIo): Promise<void> {
  const { flags } = asked;
  const order = await orderOf(flags, asked.profile);
  const extraction = { order, shards: flags.shards };
  const root = extractionRoot(order.settings.out);
  const found = await findExtractionCampaign(extraction);
  if (flags.dryRun) {
    const fresh = found === null ? newExtractionCampaign(extraction) : null;
    return showScripts({ ...asked, found, fresh, root, estimate: null }, io);
  }
  if (flags.check && flags.afterok === undefined) await checkDataset(order, io.signal);
  const campaign = found === null ? await begin(root, { extraction, flags }, io) : withMachine(found, order);
  await handIn({ ...asked, campaign }, io);
}

interface Beginning {
  readonly extraction: ExtractionToSubmit;
  readonly flags: ExtractionFlags;
}

/** Downloads the model here and records its commit, because nodes may not have a network. */
async function begin(root: string, { extraction, flags }: Beginning, io: CommandIo): Promise<Campaign> {
  const { order } = extraction;
  const model = flags.check ? await findModel(order, io) : null;
  return writeCampaign(root, newExtractionCampaign({ ...extraction, order: { ...order, model } }));
}

async function findModel({ settings, python }: ExtractionOrder, io: CommandIo): Promise<ExtractionOrder['model']> {
  const { model, revision, adapter, trustRemoteCode } = settings;
  const found = await prefetchAndTell({ model, revision, adapter, trustRemoteCode }, resolvePython(python), io);
  const commit = isAbsolute(model) ? null : found.revision; // a directory has no commit
  if (commit !== null && commit !== revision)
    io.note(`model ${model} is used at commit ${commit} for this extraction, even if its branch moves`);
  return {
    commit,
    files: Object.fromEntries(found.files.map(({ name, sha256 }) => [name, sha256])),
  };
}

/** Makes paths absolute, because a job may start in another directory. */
async function orderOf(flags: ExtractionFlags, profile: SlurmProfile): Promise<ExtractionOrder> {
  const settings = await extractionSettingsOf(flags.extract, flags);
  return {
    settings: withAbsolutePaths(settings),
    model: null,
    devices: devicesOf(flags, profile),
    threads: flags.threads,
    python: flags.python,
    quality: flags.quality,
  };
}

/** By default one process per GPU of the job. */
function devicesOf({ devices, device, deviceMap }: ExtractionFlags, { job }: SlurmProfile): string[] {
  if (devices !== null) return [...devices];
  if (device !== 'auto' || deviceMap !== null || job.gpus < 2) return [device];
  return Array.from({ length: job.gpus }, (_value, index) => `cuda:${index}`);
}

/** Checks that it is a dataset, and that its prompt cut allows shards. */
async function checkDataset({ settings, devices, python }: ExtractionOrder, signal: AbortSignal): Promise<void> {
  const machine = { python: resolvePython(python), devices, threads: 1, signal, onProgress: () => undefined };
  await prepareCut({ ...machine, settings: settings satisfies ExtractionSettings }, { index: 1, count: 1 });
}
