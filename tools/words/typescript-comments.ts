import type { Comment, ParsedModule } from './parsed-module.ts';
import type { Prose } from './prose.ts';
import { lineAt } from './typescript-prose.ts';

/** Directives of tools, which are no sentences. */
const DIRECTIVE = /^(?:biome-|oxlint-|eslint-|@ts-|#|\/\s*<|v8 )/;

/** The comments of a file, doc comments too; `//` lines that follow each other are one. Code of `@example` is left out. */
export function commentsOf({ path, source, comments }: ParsedModule): Prose[] {
  const found: Prose[] = [];
  for (const group of groups(comments.filter(isProse), source)) {
    const [first] = group;
    if (first === undefined) continue;
    const text = group.map(textOf).join('\n');
    const leading = /^\n*/.exec(text)?.[0].length ?? 0;
    found.push({
      file: path,
      line: lineAt(source, first.start) + leading,
      area: 'comments',
      text: withoutExample(text.slice(leading)).trimEnd(),
    });
  }
  return found;
}

const isProse = ({ value }: Comment): boolean => !DIRECTIVE.test(value.trim());

function groups(comments: readonly Comment[], source: string): Comment[][] {
  const all: Comment[][] = [];
  for (const comment of comments) {
    const last = all.at(-1)?.at(-1);
    const isNext =
      last?.type === 'Line' && comment.type === 'Line' && /^\n[ \t]*$/.test(source.slice(last.end, comment.start));
    if (isNext) all.at(-1)?.push(comment);
    else all.push([comment]);
  }
  return all;
}

const textOf = ({ type, value }: Comment): string =>
  type === 'Line' ? value.trim() : value.replace(/^\*/, '').replaceAll(/^[ \t]*\*?[ \t]?/gm, '');

/** Blanks the code that follows `@example`, up to the next tag, and keeps the line breaks. */
const withoutExample = (text: string): string =>
  text.replaceAll(/@example[\s\S]*?(?=\n@|$)/g, (example) => example.replaceAll(/[^\n]/g, ''));
