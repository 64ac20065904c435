import { resolve } from 'node:path';
import { directoryOrId } from '../../features/directory-or-id.ts';
import type { ExtractionSettings } from '../../features/extract-features.ts';
import { prepareCut } from '../../features/reference-cut.ts';
import { resolvePython } from '../../python/interpreter.ts';
import { writeCampaign } from '../../slurm/campaign.ts';
import type { ExtractionOrder } from '../../slurm/extraction-order.ts';
import {
  extractionRoot,
  findExtractionCampaign,
  newExtractionCampaign,
  withMachine,
} from '../../slurm/freeze-extraction.ts';
import type { CommandIo } from '../command.ts';
import { type ExtractFlags, extractionSettingsOf } from '../extract-settings.ts';
import { type HandIn, handIn, showScripts } from './hand-in.ts';
import type { SubmitFlags } from './submit.ts';

/** Options of `balpm slurm submit --extract`; `threads` only where they were given. */
export interface ExtractionFlags extends SubmitFlags, Omit<ExtractFlags, 'threads' | 'json'> {
  readonly extract: string;
  readonly shards: number;
  readonly threads?: number;
}

interface ExtractionToHandIn extends Omit<HandIn, 'campaign'> {
  readonly flags: ExtractionFlags;
}

/** Hands the shards of an extraction and their merge to Slurm, or shows what would be handed in. */
export async function submitExtraction(asked: ExtractionToHandIn, io: CommandIo): Promise<void> {
  const { flags } = asked;
  const order = await orderOf(flags);
  const extraction = { order, shards: flags.shards };
  const root = extractionRoot(order.settings.out);
  const found = await findExtractionCampaign(extraction);
  const fresh = newExtractionCampaign(extraction);
  if (flags.dryRun) return showScripts({ ...asked, found, fresh: found === null ? fresh : null, root }, io);
  if (flags.check && flags.afterok === undefined) await checkDataset(order, io.signal);
  await handIn({ ...asked, campaign: found === null ? writeCampaign(root, fresh) : withMachine(found, order) }, io);
}

/** Paths in it are absolute: jobs must not depend on where they begin. */
async function orderOf(flags: ExtractionFlags): Promise<ExtractionOrder> {
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
    devices: [...(flags.devices ?? [flags.device])],
    threads: flags.threads ?? null,
    python: flags.python ?? null,
    quality: flags.quality,
  };
}

/** That it is a dataset, and that its cut allows shards. */
async function checkDataset({ settings, devices, python }: ExtractionOrder, signal: AbortSignal): Promise<void> {
  const machine = { python: resolvePython(python), devices, threads: 1, signal, onProgress: () => undefined };
  await prepareCut({ ...machine, settings: settings satisfies ExtractionSettings }, { index: 1, count: 1 });
}
