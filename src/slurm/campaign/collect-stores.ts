import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BalpmError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { readStoreManifest } from '../../features/store/store.ts';
import { shellWord } from '../submission/shell-word.ts';
import type { Campaign } from './campaign.ts';
import { listStandings } from './results.ts';

/** A store that an extraction created. */
export interface CollectedStore {
  readonly store: string;
  readonly id: string;
  readonly manifest: string;
  /** The page of checks; null if there is none. */
  readonly quality: string | null;
}

/**
 * The stores of an extraction below (or at) `out`, with their manifests.
 * @throws BalpmError (stopped) when they are not merged yet, (data) when one is damaged.
 */
export async function collectStores(
  { paths, units }: Pick<Campaign, 'paths' | 'units'>,
  out: string,
): Promise<CollectedStore[]> {
  const standings = listStandings(paths.results);
  const missing = units.filter(({ id }) => standings.get(id) !== 'done').map(({ id }) => id);
  if (missing.length > 0) throw incomplete(paths.root, missing);
  return Promise.all(storesIn(out).map(describe));
}

/** Several kinds of features are in one folder of stores. */
const storesIn = (out: string): string[] =>
  existsSync(join(out, 'manifest.json')) ? [out] : readdirSync(out).map((name) => join(out, name));

async function describe(store: string): Promise<CollectedStore> {
  const quality = join(store, 'quality.html');
  const { id } = await readStoreManifest(store);
  return { store, id, manifest: join(store, 'manifest.json'), quality: existsSync(quality) ? quality : null };
}

const incomplete = (root: string, missing: readonly string[]): BalpmError =>
  new BalpmError(
    'stopped',
    `Cannot collect ${quotePath(root)}: ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ` and ${missing.length - 10} more` : ''} ${missing.length === 1 ? 'is' : 'are'} not done; wait (\`balpm slurm status ${shellWord(root)}\` shows progress), or run the same submit command again`,
  );
