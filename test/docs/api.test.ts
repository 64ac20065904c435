import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operations } from '../../src/protocol/index.ts';
import { balpm, makeScratch, ROOT } from '../support/balpm.ts';

const page = readFileSync(join(ROOT, 'docs/reference/api.md'), 'utf8');
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
  language,
  text,
}));
const scratch = makeScratch();
afterAll(scratch.remove);

beforeAll(() => {
  mkdirSync(join(scratch.path, 'node_modules'));
  symlinkSync(ROOT, join(scratch.path, 'node_modules/balpm'));
  symlinkSync(join(ROOT, 'node_modules/zod'), join(scratch.path, 'node_modules/zod'));
});

/** Does with a block what a reader would; gives what it printed. */
async function follow({ language, text }: (typeof blocks)[number], index: number): Promise<string> {
  switch (language) {
    case 'py':
      writeFileSync(join(scratch.path, /^# (\S+\.py)\n/.exec(text)?.[1] ?? ''), text);
      return '';
    case 'sh': {
      const called = await balpm(text.trim().split(' ').slice(2), { cwd: scratch.path });
      expect(called).toMatchObject({ status: 0 });
      return called.stdout;
    }
    case 'js': {
      const file = join(scratch.path, `block-${index}.mjs`);
      writeFileSync(file, text);
      return (await execa(process.execPath, [file], { cwd: scratch.path })).stdout;
    }
    default:
      throw new Error(`Cannot follow a block of ${language}: js, py or sh is needed`);
  }
}

/** What each block prints, the times and paths left out. */
const PRINTS = [
  /^\d+ of 600 ms[^]*hello \[ 2, 3 \] 6$/,
  /world/,
  /^3 samples: \[ 3, 2 \] Float32Array\(6\) \[/,
  /^CANCELLED true stopped logs\/worker\.log$/,
  /^$/,
  /^1 Float32Array\(3\) \[ 1, 2, 0\.5 \]\nUSER_CODE Cannot run 'team\.score': KeyError: 'rewards' \(score\.py line 8\), a fix in that file is needed; the worker’s log is 'logs\/worker\.log'$/,
  /^2\.\d+\.\d\S*\nUNSUPPORTED$/,
  /^8 \d+ 0\.\d+ epistemic distance digamma entropy weighted$/,
  /^in \/.*random-1\n[^]*round\.measured 40 labels\npolicy random\b.*\nstopped then done [0-9a-f]{64}$/,
  /^random 1 -0\.\d+\ntop-k 1 -0\.\d+\nrun\.started true\n\[ 'random 0\.\d{3}', 'top-k 0\.\d{3}' \]\nbalpm \d.* wrote report\/index\.html$/,
];

describe('docs/reference/api.md', () => {
  test('has an expectation for each of its blocks', () => {
    expect(blocks.length).toBe(PRINTS.length);
  });

  test.each(blocks.map((block, index) => ({ ...block, index })))('block $index ($language) runs', async (block) => {
    expect(await follow(block, block.index)).toMatch(PRINTS[block.index] ?? /never/);
  });

  const declarations = readFileSync(join(ROOT, 'src/index.ts'), 'utf8');
  const names = [...declarations.matchAll(/\{([^}]*)\}/g)].flatMap(([, list = '']) =>
    list.split(',').map((name) => name.replace(/^\s*type /, '').trim()),
  );

  test('names every export, the types too', () => {
    const missing = names.filter((name) => name !== '' && !new RegExp(`\`${name}\\b`).test(page));
    expect(missing).toEqual([]);
  });

  test('is about what the build exports', async () => {
    const { stdout } = await execa(
      process.execPath,
      ['--input-type=module', '-e', "console.log(Object.keys(await import('balpm')).join(' '))"],
      { cwd: ROOT },
    );
    const exported = stdout.split(' ');
    expect(exported.filter((name) => !names.includes(name))).toEqual([]);
    expect(exported.length).toBeGreaterThan(20);
  });

  test('names every built-in operation', () => {
    expect(Object.keys(operations).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
