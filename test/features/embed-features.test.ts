import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/base/text/canonical-json.ts';
import { balpm, makeScratch, ROOT } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string): string => join(scratch.path, name);
const page = readFileSync(join(ROOT, 'docs/explanation/custom-embedder.md'), 'utf8');
const example = /```python\n([^]*?)```/.exec(page)?.[1] ?? '';
const extract = (...args: string[]) => balpm(['features', 'extract', at('dataset'), ...args]);

beforeAll(async () => {
  const pairs = [
    { prompt: 'say hello', response_a: 'hello', response_b: 'hello there', preferred: 'a' },
    { prompt: 'say bye', response_a: 'good bye', response_b: 'bye', preferred: 'b' },
  ];
  writeFileSync(at('train.jsonl'), pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
  writeFileSync(at('mine.py'), example);
  const args = ['data', 'import', at('train.jsonl'), '--out', at('dataset'), '--split', 'train'];
  expect(await balpm(args)).toMatchObject({ status: 0 });
});

describe('balpm features extract --embed', () => {
  test('makes a store with the function of docs/explanation/custom-embedder.md that runs can use', async () => {
    const made = await extract(
      '--embed',
      `${at('mine.py')}:embed`,
      '--embed-options',
      '{"width": 6}',
      '--out',
      at('store'),
      '--json',
    );
    expect(made).toMatchObject({ status: 0 });
    expect(JSON.parse(made.stdout)).toMatchObject({
      prompts: 2,
      responses: 4,
      dimension: 6,
      pages: [join(at('store'), 'quality.html')],
      source: { type: 'function', file: 'mine.py', function: 'embed', options: '{"width":6}', sha256: sha256(example) },
    });
    expect(made.stderr).toContain('2 prompts and 4 responses, 6 features each, in ');
    const shown = await balpm(['features', 'show', at('store'), '--json']);
    expect(shown).toMatchObject({ status: 0 });
    expect(JSON.parse(shown.stdout)).toMatchObject({
      dataset: { name: expect.any(String) },
      features: { prompts: [2, 6] },
    });
  });

  test('names file and line of a function that fails, with the log that holds the traceback', async () => {
    writeFileSync(at('wrong.py'), 'def embed(texts, context):\n    return texts[0].vector\n');
    const { status, stderr } = await extract('--embed', `${at('wrong.py')}:embed`, '--out', at('failed'));
    expect(status).toBe(5);
    const words =
      /error: Cannot embed with 'wrong\.py:embed': AttributeError: 'str' object has no attribute 'vector' \(wrong\.py line 2\), a fix in that file is needed; the worker’s log is '(.*)'$/;
    const log = words.exec(stderr)?.[1] ?? '';
    expect(stderr).toMatch(words);
    expect(readFileSync(log, 'utf8')).toContain('wrong.py", line 2, in embed');
    rmSync(dirname(log), { recursive: true });
    expect(existsSync(at('failed'))).toBe(false);
  });

  const REFUSED: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'a file that is not there',
      ['--embed', 'no/such.py:embed'],
      /Cannot use --embed 'no\/such\.py:embed': there is no such file, path\/to\/file\.py:Name is needed/,
    ],
    [
      'a file without a name',
      ['--embed', 'no/such.py'],
      /Cannot use --embed 'no\/such\.py': it names no class or function/,
    ],
    [
      'options that are no JSON',
      ['--embed', 'x.py:y', '--embed-options', '{'],
      /Cannot use --embed-options '\{': .*, a JSON object is needed/,
    ],
    [
      'options that are no object',
      ['--embed', 'x.py:y', '--embed-options', '[1]'],
      /Cannot use --embed-options '\[1\]': it is none/,
    ],
    [
      'options without a function',
      ['--model', 'm', '--embed-options', '{}'],
      /Cannot use --embed-options: there is no function/,
    ],
    [
      'a model beside a function',
      ['--embed', 'x.py:y', '--model', 'm'],
      /option '--embed <file\.py:name>' cannot be used with option '--model <dir or id>'/,
    ],
    ['an option of models', ['--embed', 'x.py:y', '--pooling', 'mean'], /cannot be used with option '--pooling <how>'/],
    ['neither', [], /required option '--model <dir or id>' not specified/],
  ];
  test.each(REFUSED)('refuses %s before anything starts', async (_what, args, words) => {
    const { status, stderr } = await extract(...args, '--out', at('refused'));
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(words) });
    expect(existsSync(at('refused'))).toBe(false);
  });
});
