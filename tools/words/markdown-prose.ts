import type { Nodes, Parents } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';
import type { Prose } from './prose.ts';
import type { SourceFile } from './source-files.ts';

/** Where in a page a text is. */
export type Block = 'heading' | 'paragraph' | 'tableCell';

/** A text of a page. */
export interface PageProse extends Prose {
  readonly block: Block;
}

/** The texts of a Markdown page outside code blocks and HTML, code spans and alternative texts of images as `{…}`. */
export function markdownProse({ path, source }: SourceFile): PageProse[] {
  const page = fromMarkdown(source, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] });
  return blocksBelow(page).flatMap((block) => {
    const text = block.children.map(textOf).join('');
    const line = block.position?.start.line ?? 1;
    return text.trim() === '' ? [] : [{ file: path, line, area: 'docs' as const, text, block: block.type as Block }];
  });
}

function blocksBelow(node: Nodes): Parents[] {
  if (node.type === 'heading' || node.type === 'paragraph' || node.type === 'tableCell') return [node];
  return 'children' in node ? node.children.flatMap(blocksBelow) : [];
}

function textOf(node: Nodes): string {
  if (node.type === 'text') return node.value;
  if (node.type === 'break') return '\n';
  if (node.type === 'inlineCode' || node.type === 'image') return '{…}';
  return 'children' in node ? node.children.map(textOf).join('') : '';
}
