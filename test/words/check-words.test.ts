import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readBannedPhrases } from '../../tools/words/banned-phrases.ts';
import { describeCounts } from '../../tools/words/describe-counts.ts';
import { type Finding, findPhrases } from '../../tools/words/find-phrases.ts';
import { markdownProse } from '../../tools/words/markdown-prose.ts';
import type { Area } from '../../tools/words/prose.ts';

const banned = readBannedPhrases();

const find = (text: string, area: Area = 'docs'): Finding[] => findPhrases({ file: 'a', line: 1, area, text }, banned);

const findInPage = (source: string): string[] =>
  markdownProse({ path: 'page.md', source })
    .flatMap((prose) => findPhrases(prose, banned))
    .map(({ line, phrase }) => `${line}: ${phrase}`);

describe.each(banned)('rule $rule', (entry) => {
  const found = (text: string): number =>
    findPhrases({ file: 'a', line: 1, area: entry.where[0] as Area, text }, [entry]).length;

  test.each(entry.hits)('finds its phrase in: %s', (text) => expect(found(text)).toBeGreaterThan(0));
  if (entry.misses.length > 0) test.each(entry.misses)('finds nothing in: %s', (text) => expect(found(text)).toBe(0));
});

test('rules have different names', () => {
  expect(new Set(banned.map(({ rule }) => rule)).size).toBe(banned.length);
});

test('a finding names the line in the file and what to write instead, over line breaks too', () => {
  expect(find('Labels.\nThe run goes\non.')).toEqual([
    { file: 'a', line: 2, area: 'docs', phrase: 'goes on', rule: 'go-on', instead: 'resumes, continues, proceeds' },
  ]);
});

test('phrases that overlap count once, by the rule listed first', () => {
  expect(find('it has 300 shards, at most 256 are needed', 'errors').map(({ rule }) => rule)).toEqual([
    'at-most-needed',
  ]);
});

test('a rule is silent outside its areas', () => {
  expect(find('What a run is made of.', 'comments')).toHaveLength(1);
  expect(find('What a run is made of.', 'docs')).toHaveLength(0);
});

test('quotations, code spans, values and addresses are passed over', () => {
  expect(
    find('“it is needed” and "goes on", `mend(answer)`, {answer}, \'answer key\', https://answer.example/mend'),
  ).toEqual([]);
  expect(find('the worker’s answer, the user’s label')).toHaveLength(1);
});

test('a page is read outside code blocks, HTML, code spans and addresses of links', () => {
  const page = `# The answer

Options \`stand in a block\` and [lie there](answers.md).

\`\`\`sh
balpm mend   # the run goes on
\`\`\`

    shall be code

<!-- nobody reads it -->

| term | answer |
| --- | --- |
| \`answer\` | made
- a list in which the policy
  goes on
`;
  expect(findInPage(page)).toEqual(['1: answer', '3: lie there', '13: answer', '17: goes on']);
});

test('counts are two tables, by rule and by folder', () => {
  const text = describeCounts([...find('goes on, and goes on'), ...find('shall', 'errors')]);
  expect(text).toContain('| go-on | 0 | 0 | 0 | 0 | 0 | 2 | 2 |');
  expect(text).toContain('| dialect | 1 | 0 | 0 | 0 | 0 | 0 | 1 |');
  expect(text).toContain('| all | 1 | 0 | 0 | 0 | 0 | 2 | 3 |');
});

test.each([
  ['an unknown area', '- { rule: a-b, pattern: abc, instead: x, where: [everywhere], hits: [abc] }'],
  ['no example', '- { rule: a-b, pattern: abc, instead: x, where: [docs], hits: [] }'],
  ['an expression that does not compile', "- { rule: a-b, pattern: '(abc', instead: x, where: [docs], hits: [abc] }"],
])('a list with %s is an error', (_what, yaml) => {
  const folder = mkdtempSync(join(tmpdir(), 'balpm-words-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'banned.yaml'), yaml);
  expect(() => readBannedPhrases(pathToFileURL(join(folder, 'banned.yaml')))).toThrow();
});
