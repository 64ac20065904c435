// Looks for banned phrases (banned.yaml) in errors, help, configuration descriptions, printed texts, comments and docs.
// `--counts` prints how many there are by rule, area and folder instead. Exits with 1 when there is any.
import { readBannedPhrases } from './banned-phrases.ts';
import { describeCounts } from './describe-counts.ts';
import { findPhrases } from './find-phrases.ts';
import { markdownProse } from './markdown-prose.ts';
import { readProse } from './read-prose.ts';
import { root } from './root.ts';
import { readSources } from './source-files.ts';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'docs', 'examples'];

const banned = readBannedPhrases();
const prose = [...readProse(root), ...readSources(root, PAGES, ['.md']).flatMap(markdownProse)];
const findings = prose.flatMap((text) => findPhrases(text, banned));
if (process.argv.includes('--counts')) process.stdout.write(describeCounts(findings));
else
  for (const { file, line, phrase, rule, instead } of findings)
    process.stdout.write(`${file}:${line}: "${phrase}" → ${instead} (${rule})\n`);
process.stderr.write(`${findings.length} banned phrases\n`);
process.exitCode = findings.length > 0 ? 1 : 0;
