import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { register } from '../../../../../src/cli/features/features.ts';
import { importDataset } from '../../../../../src/data/import/import-dataset.ts';
import { resolvePython } from '../../../../../src/worker/links/local/interpreter.ts';
import { importOptions, linesOf, namesIn, pairRow, temporaryDirectory, writeRows } from '../../../../data/fixtures.ts';
import { callCommand } from '../../../../support/call-command.ts';

const folder = temporaryDirectory();
const dataset = join(folder, 'pairs');
const model = join(folder, 'tiny-llama');
const out = join(folder, 'cut');
const PROMPT = 'say hello and say bye and say good bye '.repeat(4);

beforeAll(async () => {
  const rows = [
    pairRow('short', { prompt: PROMPT }),
    pairRow('long', { prompt: PROMPT, response_a: 'good bye '.repeat(20) }),
    pairRow('whole', { prompt: 'hi' }),
  ].map((row) => ({ ...row, split: 'train' }));
  const file = writeRows(join(folder, 'rows.jsonl'), rows);
  await importDataset(importOptions({ source: file }), dataset, new AbortController().signal);
  execFileSync(resolvePython(), ['test/features/save-tiny-llama.py', model], { stdio: 'ignore' });
});

const call = (...args: string[]) => callCommand({ register }, args);
const extract = (source: string, ...args: string[]) =>
  call('extract', source, '--model', model, '--device', 'cpu', '--threads', '1', '--no-quality', '--json', ...args);
const REFERENCE = ['--prompt-cut', 'reference', '--max-tokens', '64'];
const idOf = (store: string): string => JSON.parse(readFileSync(join(store, 'manifest.json'), 'utf8')).id;

test('--prompt-cut reference makes a dataset of cut texts with its store, and goes on in what a kill left of it', async () => {
  const { documents } = await extract(dataset, ...REFERENCE, '--out', out);
  expect(documents[0]).toMatchObject({
    store: join(out, 'features'),
    dataset: out,
    prompts: 3,
    responses: 6,
    source: { promptCut: 'reference', maxTokens: 64 },
  });
  const [short, long, whole] = linesOf(out, 'prompts.jsonl').map(({ text }) => String(text));
  expect(PROMPT.startsWith(short as string) && (short as string).startsWith(long as string)).toBe(true);
  expect((long as string).length).toBeLessThan((short as string).length);
  expect(whole).toBe('hi');
  expect(linesOf(out, 'prompts-alone.jsonl')[1]).toEqual({ text: `${long}${PROMPT}` });

  const id = idOf(join(out, 'features'));
  await expect(extract(dataset, ...REFERENCE, '--out', out)).rejects.toThrow(/cut\/features': it already exists/);
  rmSync(join(out, 'features'), { recursive: true });
  await expect(extract(dataset, ...REFERENCE.slice(0, 2), '--max-tokens', '40', '--out', out)).rejects.toThrow(
    /Cannot go on in '.*cut': it holds texts that were cut from another dataset or by other settings/,
  );
  await extract(dataset, ...REFERENCE, '--out', out);
  expect(idOf(join(out, 'features'))).toBe(id);
  expect(namesIn(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('features cut makes the same dataset, and refuses one that is cut', async () => {
  const alone = join(folder, 'alone');
  const args = ['--model', model, '--max-tokens', '64', '--json'];
  const { documents, stderr } = await call('cut', dataset, ...args, '--out', alone);
  for (const file of ['prompts.jsonl', 'responses.jsonl', 'items.jsonl', 'labels.jsonl', 'prompts-alone.jsonl'])
    expect(readFileSync(join(alone, file))).toEqual(readFileSync(join(out, file)));
  expect(documents[0]).toMatchObject({ dataset: alone, counts: { prompts: 3, responses: 6 } });
  expect(stderr.at(-1)).toBe('2 of 3 pairs cut at 64 tokens: 3 prompts, 6 responses');
  await expect(call('cut', dataset, ...args, '--out', alone)).rejects.toThrow(/alone': it already exists/);
  await expect(call('cut', alone, ...args, '--out', join(folder, 'twice'))).rejects.toThrow(
    /its prompts are cut already, whole ones are needed/,
  );
  expect(existsSync(join(folder, 'twice'))).toBe(false);
});

test('a dataset of cut texts is embedded in shards as it is', async () => {
  const shards = join(folder, 'shards');
  await extract(out, '--prompt-cut', 'reference', '--shard', '1/1', '--out', shards);
  const store = join(folder, 'merged');
  await call('merge', shards, '--dataset', out, '--out', store);
  expect(idOf(store)).toBe(idOf(join(out, 'features')));
});

test('verify embeds the texts that stood in for the prompts', async () => {
  const { documents } = await call('verify', join(out, 'features'), '--dataset', out, '--model', model, '--json');
  expect(documents[0]).toMatchObject({ prompts: 3, responses: 6, wrong: 0 });
});

test.each([
  [[], "Cannot embed '.*cut' with --prompt-cut paper: its prompts were cut pair by pair, --prompt-cut reference is"],
  [['--prompt-cut', 'reference', '--max-tokens', '40'], 'with --max-tokens 40: .*, --max-tokens 64 is needed'],
])('cut texts are not embedded with %j', async (args, message) => {
  await expect(extract(out, ...args, '--out', join(folder, 'other'))).rejects.toThrow(new RegExp(message));
});

test('cut texts are not embedded with a model that splits texts otherwise', async () => {
  const other = saveOther('other-words', (tokenizer) => tokenizer.model.merges.pop());
  await expect(
    extract(out, '--model', other, '--prompt-cut', 'reference', '--out', join(folder, 'no')),
  ).rejects.toThrow(
    /Cannot embed 'cut' with model '.*other-words': its prompts were cut by tokens of another tokenizer, a model with that/,
  );
});

test('verify with a model that splits texts otherwise is told that it is another model', async () => {
  const other = saveOther('other-verified', (tokenizer) => tokenizer.model.merges.pop());
  await expect(call('verify', join(out, 'features'), '--dataset', out, '--model', other)).rejects.toMatchObject({
    kind: 'data',
    message: expect.stringMatching(/Cannot verify '.*features': the files of '.*other-verified' are not those/),
  });
});

test('cut texts whose manifest names no tokenizer are refused', async () => {
  const unnamed = join(folder, 'unnamed');
  cpSync(out, unnamed, { recursive: true });
  const file = join(unnamed, 'manifest.json');
  const { source, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
  delete source.tokenizerHash;
  writeFileSync(file, JSON.stringify({ ...manifest, source }));
  await expect(extract(unnamed, '--prompt-cut', 'reference', '--out', join(folder, 'never'))).rejects.toThrow(
    /its manifest does not say which tokenizer cut it, a dataset that this version cut is needed/,
  );
});

test('cut texts are embedded with another model of the same words', async () => {
  const other = saveOther('same-words', (tokenizer) => {
    tokenizer.truncation = { direction: 'Right', max_length: 9, strategy: 'LongestFirst', stride: 0 };
  });
  const store = join(folder, 'same');
  const { stderr } = await extract(out, '--model', other, '--prompt-cut', 'reference', '--out', store);
  expect(readFileSync(join(store, 'features.safetensors'))).toEqual(
    readFileSync(join(out, 'features', 'features.safetensors')),
  );
  expect(stderr.join('\n')).not.toContain('the default');
});

/** A copy of the model with an edited tokenizer.json. */
function saveOther(
  name: string,
  edit: (tokenizer: { model: { merges: unknown[] }; truncation: unknown }) => void,
): string {
  const other = join(folder, name);
  cpSync(model, other, { recursive: true });
  const file = join(other, 'tokenizer.json');
  const tokenizer = JSON.parse(readFileSync(file, 'utf8'));
  edit(tokenizer);
  writeFileSync(file, JSON.stringify(tokenizer));
  return other;
}

test('a shard of texts that are not cut is refused', async () => {
  await expect(extract(dataset, ...REFERENCE, '--shard', '1/2', '--out', join(folder, 'none'))).rejects.toThrow(
    /Cannot extract a shard of '.*pairs' with --prompt-cut reference: its prompts are not cut/,
  );
});

test('the default length is told where a dataset is cut now', async () => {
  const { stderr } = await extract(dataset, '--prompt-cut', 'reference', '--out', join(folder, 'default'));
  expect(stderr).toContain("texts are cut at 64 tokens, the default (512, or the model's limit if smaller)");
});

test('a directory of other things is left alone', async () => {
  const other = join(folder, 'rows.jsonl');
  writeFileSync(join(folder, 'note'), 'mine');
  await expect(extract(dataset, ...REFERENCE, '--out', other)).rejects.toThrow(/rows.jsonl': it already exists/);
  await expect(extract(dataset, ...REFERENCE, '--out', folder)).rejects.toThrow(/it already exists/);
  expect(existsSync(join(folder, 'note'))).toBe(true);
});

test('texts that stand in for the prompts must be those that were written', async () => {
  const file = join(out, 'prompts-alone.jsonl');
  const before = readFileSync(file);
  writeFileSync(file, before.toString().replace('hi', 'ho'));
  const wrong = /prompts-alone.jsonl': its SHA-256 does not match the manifest/;
  const other = ['--prompt-cut', 'reference', '--out', join(folder, 'other')];
  await expect(extract(out, ...other)).rejects.toThrow(wrong);
  const verified = call('verify', join(out, 'features'), '--dataset', out, '--model', model);
  await expect(verified).rejects.toThrow(wrong);
  rmSync(file);
  await expect(extract(out, ...other)).rejects.toThrow(/prompts-alone.jsonl': there is no such file/);
  writeFileSync(file, before);
});
