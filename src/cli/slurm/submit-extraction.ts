import { isAbsolute, resolve } from 'node:path';
import { directoryOrId } from '../../features/directory-or-id.ts';
import type { ExtractionSettings } from '../../features/extraction/extract-features.ts';
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
import { type ExtractFlags, extractionSettingsOf } from '../features/extract/extract-settings.ts';
import { prefetchAndTell } from '../features/prefetch-with-progress.ts';
import { type HandIn, handIn, showScripts } from './hand-in.ts';
import type { SubmitFlags } from './submit.ts';

/** Options of `balpm slurm submit --extract`; `threads` only if it was given. */
export interface ExtractionFlags extends SubmitFlags, Omit<ExtractFlags, 'threads' | 'json'> {
  readonly extract: string;
  readonly shards: number;
  readonly threads?: number;
}

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
  const { dataset, model, adapter, out, columns } = settings;
  return {
    settings: {
      ...settings,
      dataset: resolve(dataset),
      model: directoryOrId(model),
      adapter: adapter === null ? null : directoryOrId(adapter),
      out: resolve(out),
      columns: columns === null ? null : resolve(columns),
    },
    model: null,
    devices: devicesOf(flags, profile),
    threads: flags.threads ?? null,
    python: flags.python ?? null,
    quality: flags.quality,
  };
}

/** By default one process per GPU of the job. */
function devicesOf({ devices, device, deviceMap }: ExtractionFlags, { job }: SlurmProfile): string[] {
  if (devices !== undefined) return [...devices];
  if (device !== 'auto' || deviceMap !== undefined || job.gpus < 2) return [device];
  return Array.from({ length: job.gpus }, (_value, index) => `cuda:${index}`);
}

/** Checks that it is a dataset, and that its prompt cut allows shards. */
async function checkDataset({ settings, devices, python }: ExtractionOrder, signal: AbortSignal): Promise<void> {
  const machine = { python: resolvePython(python), devices, threads: 1, signal, onProgress: () => undefined };
  await prepareCut({ ...machine, settings: settings satisfies ExtractionSettings }, { index: 1, count: 1 });
}
