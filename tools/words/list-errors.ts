// Lists every error text of the product, one a line: file:line, tab, text. `--all` adds help texts, descriptions of
// configuration keys and every other sentence a program may print, each after its area.
import { readProse } from './read-prose.ts';
import { root } from './root.ts';

const all = process.argv.includes('--all');
const texts = readProse(root).filter(({ area }) => area === 'errors' || (all && area !== 'comments'));
for (const { file, line, area, text } of texts)
  process.stdout.write(`${file}:${line}\t${all ? `${area}\t` : ''}${text.replaceAll('\n', '\\n')}\n`);

const errors = texts.filter(({ area }) => area === 'errors');
const whole = errors.filter(({ text }) => text.startsWith('Cannot ')).length;
process.stderr.write(
  `${errors.length} error texts: ${whole} whole messages, ${errors.length - whole} parts of messages\n`,
);
