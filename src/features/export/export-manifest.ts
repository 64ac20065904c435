import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type BalpmError, dataError } from '../../base/errors.ts';
import { hashFile, quotePath, readText, unreadableFile } from '../../base/files/files.ts';
import { parseJson } from '../../base/text/parse-json.ts';

/** Names of the manifest and of the card, which people may edit. */
export const EXPORT_MANIFEST = 'balpm-export.json';
export const CARD = 'README.md';

/** A plain path below the directory: no step upwards, no pattern. */
const FileName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/);

/** `balpm-export.json`: what was exported from which store, and the hashes of its files. */
export const ExportManifest = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('balpm-export'),
  layout: z.enum(['huggingface', 'reference-pairs', 'reference-prompts', 'npy']),
  /** Empty for prompts alone. */
  answers: z.array(z.string()).max(2),
  license: z.string(),
  dtype: z.enum(['float32', 'float16']),
  splits: z.array(z.strictObject({ name: z.string(), published: z.string(), items: z.int().min(1) })),
  files: z.record(FileName, z.strictObject({ sha256: z.string().length(64), bytes: z.int().min(0) })),
  store: z.looseObject({ id: z.string().length(64) }),
});
export type ExportManifest = z.infer<typeof ExportManifest>;

/**
 * Reads the manifest of an exported directory and checks that its files are those it names; the card may have changed.
 * @throws BalpmError (data) naming the file.
 */
export async function readExport(directory: string): Promise<ExportManifest> {
  const path = join(directory, EXPORT_MANIFEST);
  const parsed = ExportManifest.safeParse(parseOrNothing(await readText(path, 'export manifest')));
  if (!parsed.success) throw notAnExport(path, parsed.error.issues[0]);
  for (const [name, { sha256 }] of Object.entries(parsed.data.files)) await checkFile(join(directory, name), sha256);
  const card = join(directory, CARD);
  if (!existsSync(card) || !lstatSync(card).isFile())
    throw changed(card, 'there is no such file', 'the card of the export is');
  return parsed.data;
}

async function checkFile(file: string, sha256: string): Promise<void> {
  if (!existsSync(file)) throw changed(file, 'there is no such file', 'the file of the export is');
  const found = await hashFile(file).catch((error: unknown) => {
    throw unreadableFile(quotePath(file), error);
  });
  if (found !== sha256) throw changed(file, 'its SHA-256 is not that of the export', 'the unchanged file is');
}

function notAnExport(path: string, issue: z.core.$ZodIssue | undefined): BalpmError {
  const where = issue?.path.length ? `field '${issue.path.join('.')}': ${issue.message}` : 'it is not a JSON object';
  return dataError(
    `Cannot read export manifest ${quotePath(path)}: ${where}, the manifest of 'balpm features export' is needed`,
  );
}

const changed = (file: string, found: string, needed: string): BalpmError =>
  dataError(`Cannot use ${quotePath(file)}: ${found}, ${needed} needed`);

function parseOrNothing(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
