import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory, removeFile, writeFileAtomic } from '../../src/base/files.ts';
import type { Finding } from './blocks.ts';
import { replaceBlock } from './replace-block.ts';

/**
 * Writes pages and figures below a directory of pages; pictures of earlier calls go. Nothing is written where a page has no
 * place for a block. @throws BalpmError (usage) as replaceBlock()
 */
export function writeFinding({ figures, blocks }: Finding, out: string): void {
  const pages = new Map<string, string>();
  for (const { page, name, content } of blocks) {
    const path = join(out, page);
    pages.set(path, replaceBlock(pages.get(path) ?? readFileSync(path, 'utf8'), name, content, path));
  }
  const folder = join(out, 'figures');
  makeDirectory(folder);
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.svg'))) removeFile(join(folder, name));
  for (const { name, svg } of figures) writeFileAtomic(join(folder, `${name}.svg`), svg);
  for (const [path, text] of pages) writeFileAtomic(path, text);
}
