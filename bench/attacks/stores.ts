import { join } from 'node:path';
import { BalpmError, messageOf } from '../../src/base/errors.ts';
import * as features from '../../src/cli/features/features.ts';
import { readDataset } from '../../src/data/dataset.ts';
import { assertStoreFits } from '../../src/features/store/assert-store-fits.ts';
import { readStoreManifest } from '../../src/features/store/store.ts';
import { readMemberStores } from '../../src/loop/problem/member-stores.ts';
import { callCommand } from '../../test/support/call-command.ts';
import { forgeManifest, forgeStore, withFirstValue } from '../../test/support/damaged-store.ts';
import { type TinyStores, writeTinyStores } from '../../test/support/tiny-stores.ts';
import type { Attack, AttackSource } from './attack.ts';
import { ITEM_TABLES, STRUCTURES } from './store-mutations.ts';

type Change = (bytes: Buffer) => Uint8Array;

/** Feature stores whose hashes fit and whose content does not, opened by everything that opens one. */
export const stores: AttackSource = {
  name: 'stores',
  attacks: async () => [...untouched(), ...structures(), ...values(), ...manifests()],
};

type Open = (tiny: TinyStores, forged: string) => Promise<unknown>;

const show: Open = (_tiny, forged) => callCommand(features, ['show', forged]);
const quality: Open = ({ dataset }, forged) =>
  callCommand(features, ['quality', forged, '--dataset', dataset, '--out', join(forged, '..', 'q.html')]);
const run: Open = async ({ dataset }, forged) =>
  assertStoreFits(await readStoreManifest(forged), await readDataset(dataset), forged);
const member: Open = async ({ dataset, stores: [main] }, forged) =>
  readMemberStores([forged], await readStoreManifest(main as string), await readDataset(dataset));

const EVERY = { show, quality, run, member };
const READ_WHOLE = { show, quality };

const untouched = (): Attack[] =>
  Object.entries(EVERY).map(([opening, open]) => ({
    name: `a store as it was made: ${opening}`,
    run: async (folder) => {
      const tiny = await writeTinyStores(folder);
      return open(tiny, tiny.stores[1] as string).then(() => undefined, messageOf);
    },
  }));

const structures = (): Attack[] =>
  Object.entries({ ...STRUCTURES, ...ITEM_TABLES }).flatMap(([name, change]) => {
    // Without its dataset a store cannot be told from one whose items stand in another order.
    const openings = name.startsWith('items in another order') ? { quality, run, member } : EVERY;
    return refusedBy(openings, name, (store, copy) => forgeStore(store, copy, change));
  });

function values(): Attack[] {
  const numbers = {
    NaN: Number.NaN,
    infinity: Number.POSITIVE_INFINITY,
    'negative infinity': Number.NEGATIVE_INFINITY,
  };
  return ['prompts', 'responses'].flatMap((tensor) =>
    Object.entries(numbers).flatMap(([name, value]) => {
      const change: Change = (bytes) => withFirstValue(bytes, tensor, value);
      return refusedBy(READ_WHOLE, `${name} in ${tensor}`, (store, copy) => forgeStore(store, copy, change));
    }),
  );
}

type Manifest = Awaited<ReturnType<typeof readStoreManifest>>;

/** Fields of the manifest that the content address does not cover. */
const MANIFESTS: Record<string, (features: Manifest['features']) => Manifest['features']> = {
  'fewer prompts in the manifest': (all) => ({ ...all, prompts: [all.prompts[0] - 1, all.prompts[1]] }),
  'more prompts in the manifest': (all) => ({ ...all, prompts: [all.prompts[0] + 1, all.prompts[1]] }),
  'fewer responses in the manifest': (all) => ({ ...all, responses: [all.responses[0] - 1, all.responses[1]] }),
  'no responses in the manifest': (all) => ({ ...all, responses: [0, all.responses[1]] }),
  'a narrower matrix in the manifest': (all) => ({ ...all, responses: [all.responses[0], all.responses[1] - 1] }),
  'a width of zero': (all) => ({ ...all, prompts: [all.prompts[0], 0] }),
  'a negative count': (all) => ({ ...all, prompts: [-1, all.prompts[1]] }),
  'a fraction of a row': (all) => ({ ...all, prompts: [0.5, all.prompts[1]] }),
  'another type in the manifest': (all) => ({ ...all, dtype: 'float16' }),
  'a type that no store has': (all) => ({ ...all, dtype: 'float64' as 'float16' }),
  'a file elsewhere': (all) => ({ ...all, file: '../features.safetensors' as 'features.safetensors' }),
};

const manifests = (): Attack[] =>
  Object.entries(MANIFESTS).flatMap(([name, change]) =>
    refusedBy(EVERY, name, (store, copy) =>
      forgeManifest(store, copy, (manifest) => ({ ...manifest, features: change(manifest.features) })),
    ),
  );

function refusedBy(
  openings: Record<string, Open>,
  what: string,
  forge: (store: string, copy: string) => string,
): Attack[] {
  return Object.entries(openings).map(([opening, open]) => ({
    name: `${what}: ${opening}`,
    run: async (folder) => {
      const tiny = await writeTinyStores(folder);
      const forged = forge(tiny.stores[1] as string, join(folder, 'forged'));
      return open(tiny, forged).then(() => 'it was taken', wrongWords(forged));
    },
  }));
}

/** What is wrong with a refusal: it must be one of data, in one line, and name the store. */
const wrongWords = (forged: string) => (error: unknown) => {
  const message = messageOf(error);
  if (!(error instanceof BalpmError) || error.kind !== 'data') return `it was no error of data: ${message}`;
  return /^Cannot [^\n]+$/.test(message) && message.includes(forged) ? undefined : `these words: ${message}`;
};
