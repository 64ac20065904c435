import { printable } from '../base/text/printable.ts';
import { STYLE_SHEET } from './style-sheet.ts';

/** Text that is safe to stand in a page: made by `html` from escaped parts, or vouched for by trustedHtml(). */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Html[];

/** Template tag: markup as written, every inserted text escaped, every inserted Html kept. */
export function html(markup: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return {
    html: markup.map((text, index) => text + (index < parts.length ? renderPart(parts[index] as Part) : '')).join(''),
  };
}

/** Markup of our own making (style sheet, drawn SVG) that is inserted as it is. */
export const trustedHtml = (markup: string): Html => ({ html: markup });

function renderPart(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return 'html' in part ? part.html : part.map((one) => one.html).join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What could reorder or hide what is shown, or stands for nothing in HTML, is made visible too. */
const escapeHtml = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);

/** A whole page: the sections under one style sheet, and `style` after it for what only this page has. */
export const htmlDocument = (title: string, sections: readonly Html[], style = ''): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trustedHtml(STYLE_SHEET + style)}</style>
</head>
<body>
${sections}
</body>
</html>
`.html;
