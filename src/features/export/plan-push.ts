import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseDocument } from 'yaml';
import { dataError, usageError } from '../../base/errors.ts';
import { quotePath, readText } from '../../base/files/files.ts';
import { CARD, EXPORT_MANIFEST, type ExportManifest, readExport } from './export-manifest.ts';

/** What a push would upload, and where. */
export interface PushPlan {
  readonly directory: string;
  readonly repository: string;
  readonly visibility: 'private' | 'public';
  readonly endpoint: string;
  readonly manifest: ExportManifest;
  /** As the card says, which people may have edited; null where it says none. */
  readonly license: string | null;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** Files of the directory that are no part of the export and stay here. */
  readonly others: readonly string[];
}

/** OWNER/NAME as the hub has them. */
const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9._-]*\/[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/;
const HUB = 'https://huggingface.co';
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * Reads an exported directory and says what a push of it would upload. Nothing is sent.
 * @throws BalpmError (usage) for a name that is none, and for a hub that is not asked by https; (data) for a directory
 * that is no export or changed since.
 */
export async function planPush(
  directory: string,
  repository: string,
  { isPublic, endpoint = HUB }: { readonly isPublic: boolean; readonly endpoint?: string | undefined },
): Promise<PushPlan> {
  if (!REPOSITORY.test(repository) || /--|\.\.|\.git$/.test(repository) || repository.length > 193)
    throw usageError(`Cannot push to '${repository}': it is no repository of the hub, OWNER/NAME is needed`);
  checkEndpoint(endpoint);
  const manifest = await readExport(directory);
  const names = [CARD, EXPORT_MANIFEST, ...Object.keys(manifest.files)];
  return {
    directory,
    repository,
    visibility: isPublic ? 'public' : 'private',
    endpoint,
    manifest,
    license: await readLicense(join(directory, CARD)),
    files: names.map((name) => ({ name, bytes: statSync(join(directory, name)).size })),
    others: filesIn(directory).filter((name) => !names.includes(name)),
  };
}

/** `license` of the card's front matter. @throws BalpmError (data) where that cannot be read. */
async function readLicense(card: string): Promise<string | null> {
  const [before, front = ''] = (await readText(card, 'dataset card')).split(/^---\r?$/m);
  const document = parseDocument(before === '' ? front : '');
  const [fault] = document.errors;
  if (fault !== undefined)
    throw dataError(
      `Cannot read dataset card ${quotePath(card)}: ${fault.message.split('\n')[0]}, YAML between two lines of --- is needed`,
    );
  const { license = null } = (document.toJS() ?? {}) as { license?: unknown };
  return license === null || typeof license === 'string' ? license : JSON.stringify(license);
}

/** A token sent in the clear is a token given away. */
function checkEndpoint(endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  // The address is printed, and so would be what it holds.
  if (url !== undefined && (url.username !== '' || url.password !== ''))
    throw usageError(`Cannot push to HF_ENDPOINT: it holds a name or a password, an address without them is needed`);
  if (url === undefined)
    throw usageError(`Cannot push to HF_ENDPOINT '${endpoint}': it is no address, one with https:// is needed`);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))) return;
  throw usageError(`Cannot push to HF_ENDPOINT '${endpoint}': the token would travel unencrypted, https:// is needed`);
}

const filesIn = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
