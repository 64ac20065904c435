import { printable } from '../base/text/printable.ts';

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
