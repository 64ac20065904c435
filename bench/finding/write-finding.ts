import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory, removeFile, writeFileAtomic } from '../../src/base/files/files.ts';
import { findBlock } from '../../tools/generate/find-block.ts';
import { replaceBlock } from '../../tools/generate/replace-block.ts';
import type { Finding } from './blocks.ts';
import { refuseFewerWorlds } from './refuse-fewer-worlds.ts';

/** Where pages and figures go, and whether a block may come to show fewer worlds than before. */
export interface Place {
  readonly out: string;
  readonly partial: boolean;
}

/** Pictures of this program; others in the same folder stay. */
const OWNED = /^(?:uncertainty|picks|curves)-.*\.svg$/;

/**
 * Writes pages and figures below a directory of pages; pictures of earlier calls go. Nothing is written where a page has no
 * place for a block. @throws BalpmError (usage) as findBlock() and, unless `partial`, refuseFewerWorlds()
 */
export function writeFinding({ figures, blocks }: Finding, { out, partial }: Place): void {
  const pages = new Map<string, string>();
  for (const block of blocks) {
    const path = join(out, block.page);
    const page = pages.get(path) ?? readFileSync(path, 'utf8');
    if (!partial) refuseFewerWorlds(findBlock(page, block.name, path).content, block, path);
    pages.set(path, replaceBlock(page, block.name, block.content, path));
  }
  const folder = join(out, 'figures');
  makeDirectory(folder);
  for (const name of readdirSync(folder).filter((file) => OWNED.test(file))) removeFile(join(folder, name));
  for (const { name, svg } of figures) writeFileAtomic(join(folder, `${name}.svg`), svg);
  for (const [path, text] of pages) writeFileAtomic(path, text);
}
