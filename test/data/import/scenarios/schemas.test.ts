import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { register } from '../../../../src/cli/data.ts';
import { SCHEMA_NAMES } from '../../../../src/data/import/schemas/index.ts';
import { resolvePython } from '../../../../src/worker/links/local/interpreter.ts';
import { callCommand } from '../../../support/call-command.ts';
import { linesOf, type Row, temporaryDirectory, writeRows, writeSource } from '../../fixtures.ts';

/** Imports through the command line; the directory made, its notes and its document. */
async function importWith(schema: string, ...args: readonly string[]) {
  const out = join(temporaryDirectory(), 'dataset');
  const { documents, stderr } = await callCommand({ register }, [
    'import',
    '--schema',
    schema,
    '--out',
    out,
    '--json',
    ...args,
  ]);
  return { out, stderr, document: documents[0] as Row };
}

/** Items as (id, prompt, better answer, worse answer), in order. */
function pairsOf(dataset: string): unknown[][] {
  const prompts = linesOf(dataset, 'prompts.jsonl').map(({ text }) => text);
  const texts = linesOf(dataset, 'responses.jsonl').map(({ text }) => text);
  const labels = new Map(linesOf(dataset, 'labels.jsonl').map(({ id, preferred }) => [id, preferred]));
  return linesOf(dataset, 'items.jsonl').map(({ id, prompt, a, b }) => {
    const [better, worse] = labels.get(id) === 'a' ? [a, b] : [b, a];
    return [id, prompts[prompt as number], texts[better as number], texts[worse as number]];
  });
}

/** Writes rows as Parquet with the types pyarrow gives them, as the hub holds them. */
function writeParquet(path: string, rows: readonly Row[]): string {
  const script =
    'import json, sys, pyarrow as pa, pyarrow.parquet as pq; pq.write_table(pa.Table.from_pylist(json.load(sys.stdin)), sys.argv[1])';
  execFileSync(resolvePython(), ['-c', script, path], { input: JSON.stringify(rows) });
  return path;
}

describe('--schema learning-to-summarize', () => {
  const row = (id: string, fields: Row = {}): Row => ({
    id,
    subreddit: 'tifu',
    post: `post ${id}`,
    chosen_summary: `good ${id}`,
    rejected_summary: `bad ${id}`,
    ...fields,
  });

  test('reads columns and splits, and tells ids of splits apart', async () => {
    const source = join(temporaryDirectory(), 'data');
    mkdirSync(source);
    writeParquet(join(source, 'train-00000-of-00001-0a1b2c.parquet'), [row('t1'), row('t2')]);
    for (const split of ['valid1', 'valid2_reddit', 'valid2_cnn'])
      writeRows(join(source, `${split}.jsonl`), [row('t1')]);
    const { out, document } = await importWith('learning-to-summarize', source);
    expect(pairsOf(out)).toEqual([
      ['train-t1', 'post t1', 'good t1', 'bad t1'],
      ['train-t2', 'post t2', 'good t2', 'bad t2'],
      ['validation-t1', 'post t1', 'good t1', 'bad t1'],
      ['test-t1', 'post t1', 'good t1', 'bad t1'],
      ['ood-t1', 'post t1', 'good t1', 'bad t1'],
    ]);
    expect(document['splits']).toMatchObject([
      { name: 'train' },
      { name: 'validation' },
      { name: 'test' },
      { name: 'ood' },
    ]);
    expect(document['shuffled']).toBe('ranked');
  });

  test('names file, line and field of a bad row, and splits named by a column', async () => {
    const folder = temporaryDirectory();
    const bad = writeRows(join(folder, 'valid1.jsonl'), [row('t1'), row('t2', { chosen_summary: ' ' })]);
    await expect(importWith('learning-to-summarize', bad, '--split', 'valid1')).rejects.toThrow(
      `Cannot import '${bad}' line 2: field 'chosen_summary' is empty; expected non-empty text`,
    );
    const all = writeRows(join(folder, 'all.jsonl'), [row('t1', { split: 'valid2_cnn' })]);
    expect(pairsOf((await importWith('learning-to-summarize', all)).out)).toEqual([
      ['ood-t1', 'post t1', 'good t1', 'bad t1'],
    ]);
    const other = writeRows(join(folder, 'other.jsonl'), [{ prompt: 'p', chosen: 'a', rejected: 'b' }]);
    await expect(importWith('learning-to-summarize', other, '--split', 'train')).rejects.toThrow(
      "column 'post' (--prompt) is missing",
    );
  });

  test('drops and counts bad rows when asked to', async () => {
    const file = writeRows(join(temporaryDirectory(), 'train.jsonl'), [
      row('t1'),
      row('t2', { post: null }),
      row('t3', { post: '' }),
    ]);
    const { out, document, stderr } = await importWith(
      'learning-to-summarize',
      file,
      '--split',
      'train',
      '--bad-rows',
      'drop',
    );
    expect(pairsOf(out)).toHaveLength(1);
    expect(document['dropped']).toEqual({
      records: 2,
      first: `Cannot import '${file}' line 2: field 'post' is null; expected text`,
    });
    expect(stderr.join('\n')).toContain('note: 2 records were left out, the first: Cannot import');
    const none = writeRows(join(temporaryDirectory(), 'none.jsonl'), [row('t1', { post: 3 })]);
    await expect(importWith('learning-to-summarize', none, '--split', 'train', '--bad-rows', 'drop')).rejects.toThrow(
      "Cannot import any of 1 records: none is usable; the first fault is: Cannot import '",
    );
  });
});

describe('--schema alpaca-farm', () => {
  const row = (fields: Row): Row => ({
    instruction: 'Name a fruit.',
    input: '',
    output_1: 'apple',
    output_2: 'stone',
    preference: 1,
    raw_preference: 0,
    ...fields,
  });

  test('joins instruction and input, and reads preference 1 and 2', async () => {
    const rows = [
      row({}),
      row({ input: 'A red one.', output_1: 'sky', output_2: 'cherry', preference: 2 }),
      row({ input: null }),
    ];
    const expected = [
      ['train-1', 'Name a fruit.', 'apple', 'stone'],
      ['train-2', 'Name a fruit.\nA red one.', 'cherry', 'sky'],
      ['train-3', 'Name a fruit.', 'apple', 'stone'],
    ];
    const folder = temporaryDirectory();
    const json = writeSource(join(folder, 'alpaca_human_preference.json'), JSON.stringify(rows, null, 2));
    expect(pairsOf((await importWith('alpaca-farm', json, '--split', 'train')).out)).toEqual(expected);
    const lines = writeRows(join(folder, 'preference.jsonl'), rows);
    expect(pairsOf((await importWith('alpaca-farm', '--file', `preference=${lines}`)).out)).toEqual(expected);
    const parquet = writeParquet(join(folder, 'preference.parquet'), rows);
    expect(pairsOf((await importWith('alpaca-farm', parquet, '--split', 'preference')).out)).toEqual(expected);
  });

  test.each([
    [{ preference: 3 }, "row 2: field 'preference' is the number 3; expected 1 or 2"],
    [{ preference: [1] }, "row 2: field 'preference' is a list; expected 1 or 2"],
    [{ preference: null }, "row 2: field 'preference' is missing"],
    [{ input: 7 }, "row 2: field 'input' is the number 7; expected text"],
    [{ instruction: '', input: 'x' }, "row 2: field 'instruction' is empty; expected non-empty text"],
    [{ output_2: undefined }, "row 2: field 'output_2' is missing; expected text"],
  ])('names the bad field of %j', async (fields, message) => {
    const file = writeSource(join(temporaryDirectory(), 'bad.json'), JSON.stringify([row({}), row(fields)]));
    await expect(importWith('alpaca-farm', file, '--split', 'train')).rejects.toThrow(
      `Cannot import '${file}' ${message}`,
    );
  });

  test.each([
    ['{"a": 1}', 'it is not an array; expected a JSON array of objects'],
    ['[1]', 'row 1: it has 1; expected one JSON object'],
    ['[{"a": 1}', 'it is not JSON'],
    ['[]', 'it is empty; give at least one pair'],
  ])('refuses the JSON %s', async (text, message) => {
    const file = writeSource(join(temporaryDirectory(), 'bad.json'), text);
    await expect(importWith('alpaca-farm', file, '--split', 'train')).rejects.toThrow(message);
  });
});

describe('--schema ultrafeedback', () => {
  const talk = (prompt: string, answer: string): Row[] => [
    { content: prompt, role: 'user' },
    { content: answer, role: 'assistant' },
  ];
  const row = (fields: Row = {}): Row => ({
    prompt: 'Why?',
    prompt_id: '6f',
    chosen: talk('Why?', 'Because.'),
    rejected: talk('Why?', 'No.'),
    messages: talk('Why?', 'Because.'),
    score_chosen: 8.5,
    score_rejected: 2,
    ...fields,
  });

  test('takes the last message of each list, and the splits of preferences alone', async () => {
    const source = join(temporaryDirectory(), 'data');
    mkdirSync(source);
    for (const split of ['train_prefs', 'test_prefs', 'train_sft', 'test_gen'])
      writeParquet(join(source, `${split}-00000-of-00001.parquet`), [row()]);
    const { out } = await importWith('ultrafeedback', source);
    expect(pairsOf(out)).toEqual([
      ['train-1', 'Why?', 'Because.', 'No.'],
      ['test-1', 'Why?', 'Because.', 'No.'],
    ]);
    const sft = join(source, 'train_sft-00000-of-00001.parquet');
    await expect(importWith('ultrafeedback', sft, '--split', 'train_sft')).rejects.toThrow('has no preferences');
  });

  test.each([
    [{ chosen: 'Because.' }, "field 'chosen' is not a list of messages {content, role}; expected a user's message"],
    [{ rejected: talk('Why?', 'No.').toReversed() }, "field 'rejected' has roles assistant, user"],
    [{ rejected: [] }, "field 'rejected' has roles (none)"],
    [
      { chosen: [...talk('Why?', 'Because.'), ...talk('So?', 'Yes.')] },
      "field 'chosen' has roles user, assistant, user, assistant",
    ],
    [{ chosen: talk('What?', 'Because.') }, "field 'chosen' responds to another text than field 'prompt'"],
    [{ rejected: talk('Why?', '') }, "field 'rejected' is empty"],
  ])('names the bad field of %j', async (fields, message) => {
    const file = writeRows(join(temporaryDirectory(), 'train_prefs.jsonl'), [row(fields)]);
    await expect(importWith('ultrafeedback', file, '--split', 'train_prefs')).rejects.toThrow(
      `'${file}' line 1: ${message}`,
    );
  });
});

describe('--schema hh-rlhf', () => {
  const PROMPT = '\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: A joke?\n\nAssistant:';
  const importRows = (rows: readonly Row[], ...args: string[]) =>
    importWith('hh-rlhf', writeRows(join(temporaryDirectory(), 'train.jsonl.gz'), rows), '--split', 'train', ...args);

  test('cuts transcripts after the last turn of the assistant that they share', async () => {
    const { out } = await importRows([
      { chosen: `${PROMPT} Knock knock.`, rejected: `${PROMPT} Know any?` },
      {
        chosen: `${PROMPT} Sure\n\nHuman: Go\n\nAssistant: Ha`,
        rejected: `${PROMPT} Sorry\n\nHuman: Go\n\nAssistant: Ha`,
      },
      { chosen: `${PROMPT} same`, rejected: `${PROMPT} same` },
    ]);
    expect(pairsOf(out)).toEqual([
      ['train-1', PROMPT, ' Knock knock.', ' Know any?'],
      ['train-2', PROMPT, ' Sure\n\nHuman: Go\n\nAssistant: Ha', ' Sorry\n\nHuman: Go\n\nAssistant: Ha'],
      ['train-3', PROMPT, ' same', ' same'],
    ]);
  });

  test.each([
    [
      { chosen: '\n\nHuman: a\n\nAssistant: b', rejected: '\n\nHuman: c\n\nAssistant: b' },
      "field 'rejected' has no prompt in common with 'chosen'",
    ],
    [
      { chosen: '\n\nAssistant: b', rejected: '\n\nAssistan' },
      "field 'rejected' has no prompt in common with 'chosen'",
    ],
    [{ chosen: PROMPT, rejected: `${PROMPT} x` }, "field 'chosen' is empty"],
    [{ chosen: PROMPT, rejected: null }, "field 'rejected' is null; expected text"],
  ])('names the bad field of %j', async (row, message) => {
    await expect(importRows([row])).rejects.toThrow(`line 1: ${message}`);
    const good = { chosen: `${PROMPT} 1`, rejected: `${PROMPT} 2` };
    const { document } = await importRows([row, good], '--bad-rows', 'drop');
    expect(document['dropped']).toMatchObject({ records: 1 });
  });
});

test('--schema refuses a name it does not know, and keeping the sides of ranked answers', async () => {
  await expect(importWith('imdb', 'x.jsonl')).rejects.toThrow(`Allowed choices are ${SCHEMA_NAMES.join(', ')}`);
  await expect(importWith('hh-rlhf', 'x.jsonl', '--shuffle-sides', 'never')).rejects.toThrow(
    'the side would reveal the label',
  );
});
