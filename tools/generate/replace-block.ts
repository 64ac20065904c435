import { findBlock } from './find-block.ts';

/** A page with the content of a block replaced; all else stays as it is. @throws BalpmError (usage) as findBlock() */
export function replaceBlock(page: string, name: string, content: string, path: string): string {
  const { before, after } = findBlock(page, name, path);
  return `${before}\n\n${content.trim()}\n\n${after}`;
}
