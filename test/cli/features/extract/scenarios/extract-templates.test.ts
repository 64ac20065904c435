import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { register as registerData } from '../../../../../src/cli/data.ts';
import { register } from '../../../../../src/cli/features/features.ts';
import { TEMPLATE_NAMES } from '../../../../../src/features/extraction/templates.ts';
import { resolvePython } from '../../../../../src/worker/links/local/interpreter.ts';
import { temporaryDirectory, writeRows } from '../../../../data/fixtures.ts';
import { callCommand } from '../../../../support/call-command.ts';

const folder = temporaryDirectory();
const extract = (...args: string[]) =>
  callCommand({ register }, ['extract', join(folder, 'tldr'), '--out', join(folder, 'store'), ...args]);

test('--template tldr embeds posts and summaries of a dataset imported by its schema', async () => {
  const file = writeRows(join(folder, 'train.jsonl'), [
    { id: 't1', post: 'a long story', chosen_summary: 'short', rejected_summary: 'shorter' },
  ]);
  await callCommand({ register: registerData }, [
    'import',
    file,
    '--split',
    'train',
    '--schema',
    'learning-to-summarize',
    '--out',
    join(folder, 'tldr'),
  ]);
  const model = join(folder, 'tiny-llama');
  execFileSync(resolvePython(), ['test/features/save-tiny-llama.py', model], { stdio: 'ignore' });
  const { documents } = await extract(
    '--model',
    model,
    '--template',
    'tldr',
    '--device',
    'cpu',
    '--no-quality',
    '--threads',
    '1',
    '--json',
  );
  expect(documents[0]).toMatchObject({
    prompts: 1,
    responses: 2,
    source: { promptTemplate: 'Post: {prompt}', responseTemplate: 'Post: {prompt}\nSummary: {response}' },
  });
});

test('--template FILE.yaml embeds the texts of the file', async () => {
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, 'prompt: |-\n  Q:\n  {prompt}\nresponse: "{prompt} A: {response}"\nspecial_tokens: false\n');
  const { documents } = await extract(
    '--model',
    join(folder, 'tiny-llama'),
    '--template',
    file,
    '--out',
    join(folder, 'mine'),
    '--device',
    'cpu',
    '--no-quality',
    '--threads',
    '1',
    '--json',
  );
  expect(documents[0]).toMatchObject({
    source: { promptTemplate: 'Q:\n{prompt}', responseTemplate: '{prompt} A: {response}', specialTokens: false },
  });
});

test.each([
  [
    ['--model', 'm', '--template', 'tdlr'],
    `there is no such template, one of ${TEMPLATE_NAMES.join(', ')} or a YAML file is needed (did you mean 'tldr'?)`,
  ],
  [
    ['--model', 'm', '--template', 'hh', '--prompt-template', '{prompt}'],
    "option '--template <name or file.yaml>' cannot be used with option '--prompt-template <text>'",
  ],
  [
    ['--model', 'm', '--template', 'hh', '--system', 'x'],
    "Cannot use --system: the texts are no chat, --template 'ultrafeedback' or a file with one is needed",
  ],
  [
    ['--embed', 'f.py:f', '--template', 'ultrafeedback'],
    "Cannot use --template 'ultrafeedback' with --embed: a chat needs a model's tokenizer",
  ],
])('%j is refused', async (args, message) => {
  await expect(extract(...args)).rejects.toThrow(message);
});
