import { type Html, html, trustedHtml } from './html.ts';
import { STYLE_SHEET } from './style-sheet.ts';

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
