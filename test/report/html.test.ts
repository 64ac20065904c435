import { expect, test } from 'vitest';
import { html, trustedHtml } from '../../src/report/html.ts';

test('html escapes what is inserted, in text and in attributes, and shows what would reorder or hide it', () => {
  const text = `"><script>'&\u202e\u001b]0;x\u0007\u0085\u200b`;
  const shown = '&quot;&gt;&lt;script&gt;&#39;&amp;\\u202e\\u001b]0;x\\u0007\\u0085\\u200b';
  expect(html`<a title="${text}">${text}</a>`.html).toBe(`<a title="${shown}">${shown}</a>`);
});

test('html keeps text of every script, line feeds, and markup that is vouched for', () => {
  const text = 'می‌خواهم 👩‍🔬 עברית\nनमस्ते';
  expect(html`<pre>${text}${trustedHtml('<b>')}</pre>`.html).toBe(`<pre>${text}<b></pre>`);
});
