import { chmodSync, existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { dataError, messageOf, usageError } from '../../base/errors.ts';
import { makeDirectory, quotePath, readText, writeFileAtomic } from '../../base/files/files.ts';
import { sha256 } from '../../base/text/canonical-json.ts';
import { parseJson } from '../../base/text/parse-json.ts';
import { ExtractionOrder } from '../shards/extraction-order.ts';
import { type CampaignPaths, campaignPaths } from './campaign-paths.ts';
import { Unit } from './unit.ts';

const Manifest = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('balpm-slurm-campaign'),
  id: z.string().regex(/^[0-9a-f]{8}$/),
  name: z.string(),
  /** balpm that submitted it. */
  version: z.string(),
  /** Where the campaign was made, links followed; a copy must not act on the jobs of the original. */
  root: z.string(),
  /** Working directory of the submission, to which relative paths refer. */
  workdir: z.string(),
  /** Path of the configuration as it was given; null for an extraction. */
  config: z.string().nullable(),
  /** Preset below it, where one was asked for. */
  preset: z.string().optional(),
  extraction: ExtractionOrder.nullable(),
  /** SHA-256 of units.jsonl. */
  units: z.string(),
});
export type CampaignManifest = z.infer<typeof Manifest>;

/** What was submitted, frozen. */
export interface Campaign {
  readonly paths: CampaignPaths;
  readonly manifest: CampaignManifest;
  readonly units: readonly Unit[];
}

/** What a campaign is made of. */
export interface NewCampaign {
  readonly manifest: Omit<CampaignManifest, 'schemaVersion' | 'kind' | 'units' | 'root'>;
  readonly units: readonly Unit[];
  /** Text and merged tree of the configuration; null for an extraction. */
  readonly config: { readonly source: string; readonly tree: unknown } | null;
}

/** Whether a directory holds a campaign; its manifest is written last. */
export const isCampaign = (root: string): boolean => existsSync(campaignPaths(root).manifest);

/** Name of its jobs in the queue. */
export const jobNameOf = ({ id }: Pick<CampaignManifest, 'id'>): string => `balpm-${id}`;

/** Makes the directories and the frozen files of a campaign. @throws BalpmError (environment) where that is not writable. */
export function writeCampaign(root: string, { manifest, units, config }: NewCampaign): Campaign {
  const paths = campaignPaths(root);
  makeDirectory(paths.slurm);
  chmodSync(paths.slurm, 0o700);
  for (const directory of [paths.attempts, paths.results, paths.submissions]) makeDirectory(directory);
  const lines = units.map((unit) => `${JSON.stringify(unit)}\n`).join('');
  if (config !== null) {
    writeFileAtomic(paths.config, config.source, 0o600);
    writeFileAtomic(paths.tree, JSON.stringify(config.tree), 0o600);
  }
  writeFileAtomic(paths.units, lines, 0o600);
  const whole: CampaignManifest = {
    schemaVersion: 1,
    kind: 'balpm-slurm-campaign',
    ...manifest,
    root: realpathSync(root),
    units: sha256(lines),
  };
  writeFileAtomic(paths.manifest, `${JSON.stringify(whole, null, 2)}\n`, 0o600);
  return { paths, manifest: whole, units };
}

/** A store, a run, or what lies deeper was named in the place of its campaign. */
function nearestCampaign(root: string): string {
  const near = [`${root.replace(/\/+$/, '')}.slurm`, dirname(root)].find(isCampaign);
  return near === undefined
    ? 'give a directory that `balpm slurm submit` made'
    : `give a directory that \`balpm slurm submit\` made (did you mean ${quotePath(near)}?)`;
}

/**
 * The campaign of a directory.
 * @throws BalpmError (usage) where there is none, (data) where its files are damaged.
 */
export async function readCampaign(root: string): Promise<Campaign> {
  const paths = campaignPaths(root);
  if (!isCampaign(root))
    throw usageError(
      `Cannot open campaign ${quotePath(root)}: ${quotePath(paths.manifest)} is not there; ${nearestCampaign(root)}`,
    );
  const manifest = readAs(Manifest, await readText(paths.manifest, 'campaign'), paths.manifest);
  const lines = await readText(paths.units, 'units of the campaign');
  if (sha256(lines) !== manifest.units)
    throw dataError(
      `Cannot open campaign ${quotePath(root)}: 'units.jsonl' is not the file that 'campaign.json' was written with; restore both as they were`,
    );
  const units = lines.split('\n').flatMap((line) => (line === '' ? [] : [readAs(Unit, line, paths.units)]));
  return { paths, manifest, units };
}

/** @throws BalpmError (usage) for a campaign that was moved, or copied: its jobs are those of another directory. */
export function assertInPlace({ manifest, paths }: Campaign): void {
  if (realpathSync(paths.root) === manifest.root) return;
  throw usageError(
    `Cannot act on the jobs of ${quotePath(paths.root)}: it was made at ${quotePath(manifest.root)}, where they work; name that directory, or submit under a new --id`,
  );
}

/** A JSON text of one of our files. @throws BalpmError (data) naming the file. */
export function readAs<Schema extends z.ZodType>(schema: Schema, text: string, path: string): z.output<Schema> {
  try {
    return schema.parse(parseJson(text));
  } catch (error) {
    const found = error instanceof z.ZodError ? (error.issues[0]?.message ?? 'another form') : messageOf(error);
    throw dataError(`Cannot read ${quotePath(path)}: ${found}; restore the file as balpm wrote it`);
  }
}
