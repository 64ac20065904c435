import { join } from 'node:path';
import { dataError, messageOf } from '../base/errors.ts';
import { quotePath, readText } from '../base/files/files.ts';
import { parseJson } from '../base/text/parse-json.ts';
import { DatasetManifest, ItemLine } from './dataset-format.ts';
import { datasetHash } from './dataset-hash.ts';
import { readJsonLines } from './lines/json-lines.ts';
import { parseLine } from './lines/parse-line.ts';
import { verifyDatasetFile } from './verify-dataset-file.ts';

/** The items of one split in file order: id, row of the prompt, rows of both responses. */
export interface SplitItems {
  readonly name: string;
  readonly ids: readonly string[];
  readonly prompts: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/** A dataset directory without its texts and labels; splits in the manifest's order. */
export interface Dataset {
  readonly path: string;
  readonly manifest: DatasetManifest;
  readonly splits: ReadonlyMap<string, SplitItems>;
}

/**
 * Reads the manifest and items of a dataset directory; texts and labels stay on disk.
 * @throws BalpmError (data) naming the file when it is missing, changed since it was written, or malformed.
 */
export async function readDataset(path: string): Promise<Dataset> {
  const manifest = await readDatasetManifest(path);
  await verifyDatasetFile(path, manifest, 'items.jsonl');
  return { path, manifest, splits: await readItems(path, manifest) };
}

const REMEDY = 'give a dataset directory created by `balpm data import` or `balpm features import`';

/** Reads and checks the manifest of a dataset directory. @throws BalpmError (data) */
export async function readDatasetManifest(path: string): Promise<DatasetManifest> {
  const file = join(path, 'manifest.json');
  const text = await readText(file, 'dataset manifest', REMEDY);
  const parsed = DatasetManifest.safeParse(parseManifest(text, file));
  if (!parsed.success) throw notAManifest(file, describeIssue(parsed.error.issues[0]));
  if (parsed.data.hash !== datasetHash(parsed.data.files))
    throw notAManifest(file, 'its hash does not match its files');
  return parsed.data;
}

function parseManifest(text: string, file: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw notAManifest(file, `it is not JSON (${messageOf(error)})`);
  }
}

const notAManifest = (file: string, found: string): Error =>
  dataError(`Cannot read dataset manifest ${quotePath(file)}: ${found}; give the manifest of a balpm dataset`);

function describeIssue(issue: { readonly path: PropertyKey[]; readonly message: string } | undefined): string {
  return `field '${issue?.path.join('.') ?? ''}': ${issue?.message ?? 'invalid'}`;
}

interface FillingSplit extends SplitItems {
  readonly ids: string[];
}

async function readItems(path: string, manifest: DatasetManifest): Promise<Map<string, SplitItems>> {
  const splits = new Map(manifest.splits.map(({ name, counts }) => [name, emptySplit(name, counts.items)]));
  const file = join(path, 'items.jsonl');
  for await (const { number, value } of readJsonLines(file)) {
    const where = `${quotePath(file)} line ${number}`;
    addItem(splits, parseLine(ItemLine, value, where), manifest, where);
  }
  for (const split of splits.values()) checkCount(split, file);
  return splits;
}

const emptySplit = (name: string, items: number): FillingSplit => ({
  name,
  ids: [],
  prompts: new Int32Array(items),
  a: new Int32Array(items),
  b: new Int32Array(items),
});

function addItem(splits: Map<string, FillingSplit>, item: ItemLine, manifest: DatasetManifest, where: string): void {
  const split = splits.get(item.split);
  if (split === undefined)
    throw dataError(`Cannot read ${where}: split '${item.split}' is not in the manifest; use one of its splits`);
  const { prompts, responses } = manifest.counts;
  if (item.prompt >= prompts || Math.max(item.a, item.b) >= responses) {
    throw dataError(
      `Cannot read ${where}: a row is beyond the ${prompts} prompts or ${responses} responses; use rows of this dataset`,
    );
  }
  const index = split.ids.push(item.id) - 1;
  split.prompts[index] = item.prompt;
  split.a[index] = item.a;
  split.b[index] = item.b;
}

function checkCount(split: SplitItems, file: string): void {
  if (split.ids.length === split.prompts.length) return;
  throw dataError(
    `Cannot read ${quotePath(file)}: split '${split.name}' has ${split.ids.length} items; expected ${split.prompts.length}, as in the manifest`,
  );
}
