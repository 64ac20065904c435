import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { resolvePython } from '../../src/worker/links/local/interpreter.ts';
import { makeScratch, ROOT } from '../support/balpm.ts';

/**
 * Guides are executed: in an empty directory, each file that a block names (by `file=NAME` behind its language, or in a
 * comment on its first line) is written, and each block of `sh` is run, in order. The `text` behind a block is what it
 * prints: `…` stands for any text, a line of it for any lines, and a number with decimals for any such number.
 */
const GUIDES = readdirSync(join(ROOT, 'docs/guides'));

/** Why the blocks that are marked `unexecuted` are not run, by guide. */
const UNEXECUTED: Readonly<Record<string, string>> = {
  'run-on-slurm.md': 'needs a cluster; test/slurm/scenarios runs these commands on a real Slurm',
};

interface Block {
  readonly language: string;
  readonly info: string;
  readonly text: string;
}

const blocksOf = (guide: string): Block[] =>
  [...readFileSync(join(ROOT, 'docs/guides', guide), 'utf8').matchAll(/^```(\w+)(.*)\n([^]*?)^```$/gm)].map(
    ([, language = '', info = '', text = '']) => ({ language, info, text }),
  );

const fileOf = ({ info, text }: Block): string | undefined =>
  (/file=(\S+)/.exec(info) ?? /^(?:#|\/\/) (\S+\.\w+)\n/.exec(text))?.[1];

/** A directory as a reader has it: balpm installed, and a model where a guide names one. */
function makeReader(blocks: readonly Block[]): ReturnType<typeof makeScratch> {
  const scratch = makeScratch();
  mkdirSync(join(scratch.path, 'node_modules/.bin'), { recursive: true });
  symlinkSync(ROOT, join(scratch.path, 'node_modules/balpm'));
  symlinkSync(join(ROOT, 'node_modules/zod'), join(scratch.path, 'node_modules/zod'));
  symlinkSync(join(ROOT, 'dist/main.js'), join(scratch.path, 'node_modules/.bin/balpm'));
  const model = blocks.map(({ text }) => /models\/[\w.-]+/.exec(text)?.[0]).find((name) => name !== undefined);
  if (model !== undefined) saveTinyModel(join(scratch.path, model));
  return scratch;
}

const saveTinyModel = (folder: string): void => {
  execFileSync(resolvePython(), [join(ROOT, 'test/features/save-tiny-llama.py'), folder], { stdio: 'ignore' });
};

/** Runs a block of a shell as a reader would; both streams together, as a terminal shows them. */
async function follow({ info, text }: Block, cwd: string): Promise<string> {
  const python = resolvePython();
  const path = [join(cwd, 'node_modules/.bin'), dirname(process.execPath), dirname(python), process.env['PATH']];
  const { exitCode, all } = await execa('bash', ['-ec', text], {
    cwd,
    all: true,
    reject: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1', BALPM_PYTHON: python, PATH: path.join(delimiter) },
  });
  const status = Number(/status=(\d+)/.exec(info)?.[1] ?? 0);
  expect({ text, exitCode, all }).toMatchObject({ exitCode: status });
  return all;
}

const NUMBER = /[-+]?\d+\.\d+/g;
const plain = (text: string): string =>
  text
    .replaceAll(NUMBER, '#')
    .replaceAll(/[ \t]+/g, ' ')
    .trim();

/** The shown lines as an expression over the printed ones. */
function expressionOf(shown: string): RegExp {
  const lines = plain(shown.replaceAll(/^…$/gm, '\0')).split('\n');
  const parts = lines.map((line) => (line === '\0' ? '(?:.*\n)*?' : `${escape(line.trim())}\n`));
  return new RegExp(`^${parts.join('')}`, 'u');
}

const escape = (line: string): string =>
  line
    .split('…')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`))
    .join('.*');

const linesOf = (printed: string): string =>
  `${printed
    .split('\n')
    .map((line) => plain(line))
    .join('\n')}\n`;

describe('the guides', () => {
  test('mark blocks that are not executed only with a reason', () => {
    const marked = GUIDES.filter((guide) => blocksOf(guide).some(({ info }) => info.includes('unexecuted')));
    expect(marked).toEqual(Object.keys(UNEXECUTED));
  });

  test('fit on a screen, and say in their first paragraph for whom they are and what results', () => {
    for (const guide of GUIDES) {
      const text = readFileSync(join(ROOT, 'docs/guides', guide), 'utf8');
      expect(text.split('\n').length, guide).toBeLessThan(90);
      expect(text.split('\n\n')[1], guide).toMatch(/^For people .*(?:[Tt]he result is|You run) /);
    }
  });
});

test.each(GUIDES)('docs/guides/%s does what it shows', async (guide) => {
  const blocks = blocksOf(guide);
  const { path, remove } = makeReader(blocks);
  try {
    let printed = '';
    for (const block of blocks) {
      const file = fileOf(block);
      if (file !== undefined) writeFileSync(join(path, file), block.text);
      else if (block.language === 'text') expect(linesOf(printed)).toMatch(expressionOf(block.text));
      else if (!block.info.includes('unexecuted')) printed = await follow(block, path);
    }
  } finally {
    remove();
  }
});
