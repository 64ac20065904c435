import { join } from 'node:path';
import { z } from 'zod';
import { PACKAGE_ROOT } from '../../base/package-info.ts';
import { readYaml } from '../../base/yaml/read-yaml.ts';

const KnownDataset = z.strictObject({ splits: z.record(z.string(), z.int().min(1)) });
/** Widths of a store's features; `isGuess`: nobody has said them. */
const KnownStore = z.strictObject({
  responses: z.int().min(1),
  prompts: z.int().min(1),
  isGuess: z.boolean().default(false),
});
const KnownSizes = z.strictObject({
  datasets: z.record(z.string(), KnownDataset),
  stores: z.record(z.string(), KnownStore),
  columns: z.record(z.string(), z.array(z.string())),
});

/** Sizes of data that recipes name, by the last parts of their paths. */
export type KnownSizes = z.infer<typeof KnownSizes>;
export type KnownDataset = z.infer<typeof KnownDataset>;
type KnownStore = z.infer<typeof KnownStore>;

const FILE = join(PACKAGE_ROOT, 'configs/parts/paper-sizes.yaml');

/** The sizes of the paper's data, from the table beside the recipes. */
export const readKnownSizes = async (): Promise<KnownSizes> =>
  KnownSizes.parse((await readYaml(FILE, 'table of sizes')).tree);

/** The entry of an absolute path: that whose name is its end, `data/tldr` for `/home/me/data/tldr`. */
export const knownAt = <Value>(table: Readonly<Record<string, Value>>, path: string): Value | undefined =>
  Object.entries(table).find(([name]) => path.replaceAll('\\', '/').endsWith(`/${name}`))?.[1];
