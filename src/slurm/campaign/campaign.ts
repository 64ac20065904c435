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
  /** Version of balpm that submitted it. */
  version: z.string(),
  /** Directory in which the campaign was created, links resolved; a copy must not act on the jobs of the original. */
  root: z.string(),
  /** Working directory of the submission, to which relative paths refer. */
  workdir: z.string(),
  /** Path of the configuration as it was given; null for an extraction. */
  config: z.string().nullable(),
  /** Preset below the configuration, if one was given. */
  preset: z.string().optional(),
  extraction: ExtractionOrder.nullable(),
  /** SHA-256 of units.jsonl. */
  units: z.string(),
});
export type CampaignManifest = z.infer<typeof Manifest>;

/** The frozen manifest of a campaign. */
export interface Campaign {
  readonly paths: CampaignPaths;
  readonly manifest: CampaignManifest;
  readonly units: readonly Unit[];
}

/** Inputs to a new campaign. */
export interface NewCampaign {
  readonly manifest: Omit<CampaignManifest, 'schemaVersion' | 'kind' | 'units' | 'root'>;
  readonly units: readonly Unit[];
  /** Text and merged tree of the configuration; null for an extraction. */
  readonly config: { readonly source: string; readonly tree: unknown } | null;
}

/** Whether a directory holds a campaign; its manifest is written last. */
export const isCampaign = (root: string): boolean => existsSync(campaignPaths(root).manifest);

/** Name of the campaign's jobs in the queue. */
export const jobNameOf = ({ id }: Pick<CampaignManifest, 'id'>): string => `balpm-${id}`;

/**
 * Creates the directories and the frozen files of a campaign.
 * @throws BalpmError (environment) if they cannot be written.
 */
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

/** Finds the campaign around a path inside it, such as a store or a run, to suggest it. */
function nearestCampaign(root: string): string {
  const near = [`${root.replace(/\/+$/, '')}.slurm`, dirname(root)].find(isCampaign);
  return near === undefined
    ? 'give a directory that `balpm slurm submit` created'
    : `give a directory that \`balpm slurm submit\` created (did you mean ${quotePath(near)}?)`;
}

/**
 * The campaign of a directory.
 * @throws BalpmError (usage) if the directory has no campaign, (data) if its files are damaged.
 */
export async function readCampaign(root: string): Promise<Campaign> {
  const paths = campaignPaths(root);
  if (!isCampaign(root))
    throw usageError(
      `Cannot open campaign ${quotePath(root)}: ${quotePath(paths.manifest)} does not exist; ${nearestCampaign(root)}`,
    );
  const manifest = readAs(Manifest, await readText(paths.manifest, 'campaign'), paths.manifest);
  const lines = await readText(paths.units, 'units of the campaign');
  if (sha256(lines) !== manifest.units)
    throw dataError(
      `Cannot open campaign ${quotePath(root)}: 'units.jsonl' does not match 'campaign.json'; restore both files`,
    );
  const units = lines.split('\n').flatMap((line) => (line === '' ? [] : [readAs(Unit, line, paths.units)]));
  return { paths, manifest, units };
}

/** @throws BalpmError (usage) for a campaign that was moved or copied: its jobs belong to another directory. */
export function assertInPlace({ manifest, paths }: Campaign): void {
  if (realpathSync(paths.root) === manifest.root) return;
  throw usageError(
    `Cannot act on the jobs of ${quotePath(paths.root)}: the campaign was created in ${quotePath(manifest.root)}, where its jobs work; give that directory, or submit under a new --id`,
  );
}

/** Parses a JSON text of a file that balpm wrote. @throws BalpmError (data) naming the file. */
export function readAs<Schema extends z.ZodType>(schema: Schema, text: string, path: string): z.output<Schema> {
  try {
    return schema.parse(parseJson(text));
  } catch (error) {
    const found = error instanceof z.ZodError ? (error.issues[0]?.message ?? 'unexpected structure') : messageOf(error);
    throw dataError(`Cannot read ${quotePath(path)}: ${found}; restore the file as balpm wrote it`);
  }
}
