import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { CommandIo } from '../../src/cli/command.ts';
import { register } from '../../src/cli/data.ts';
import { namesIn, pairRow, temporaryDirectory, writeRows, writeSource } from '../data/fixtures.ts';
import { callCommand } from '../support/call-command.ts';

const data = (...args: string[]) => callCommand({ register }, args);

/** A source folder with train and test, and a place beside it. */
function makeSource(): { source: string; out: string } {
  const directory = temporaryDirectory();
  const source = join(directory, 'my-pairs');
  mkdirSync(source);
  writeRows(join(source, 'train.jsonl'), [pairRow('x1'), pairRow('x2', { preferred: 'b' })]);
  writeRows(join(source, 'test.jsonl.gz'), [pairRow('x3', { prompt: `a long ${'very '.repeat(100)}story` })]);
  return { source, out: join(directory, 'dataset') };
}

describe('balpm data import', () => {
  test('prints the directory alone to stdout, counts and sides to stderr', async () => {
    const { source, out } = makeSource();
    const { stdout, stderr } = await data('import', source, '--out', out);
    expect(stdout).toEqual([out]);
    expect(stderr.join('\n')).toMatch(/dataset 'my-pairs' [0-9a-f]{12}/);
    expect(stderr).toContain('  train      2         2        2          4');
    expect(stderr.at(-1)).toBe('side a is preferred in 66.7 % of 3 labels; sides are as in the source');
  });

  test('prints one document with --json', async () => {
    const { source, out } = makeSource();
    const { stdout, documents } = await data('import', source, '--out', out, '--json', '--name', 'renamed');
    expect(stdout).toEqual([]);
    expect(documents).toEqual([
      expect.objectContaining({
        dataset: out,
        name: 'renamed',
        counts: { items: 3, prompts: 3, responses: 6 },
        labelled: 3,
        sided: 3,
        preferredA: 2,
        shuffled: 'kept',
      }),
    ]);
  });

  test('passes column options on', async () => {
    const directory = temporaryDirectory();
    const source = writeRows(join(directory, 'x.jsonl'), [{ key: 1, q: 'P', good: 'G', bad: 'B' }]);
    const flags = [
      '--split',
      'train',
      '--prompt',
      'q',
      '--chosen',
      'good',
      '--rejected',
      'bad',
      '--id',
      'key',
      '--seed',
      '3',
    ];
    const { documents } = await data('import', source, ...flags, '--out', join(directory, 'dataset'), '--json');
    expect(documents[0]).toMatchObject({ shuffled: 'ranked', labelled: 1 });
  });

  test('takes several files and unlabelled splits', async () => {
    const directory = temporaryDirectory();
    const train = writeRows(join(directory, 'x.jsonl'), [pairRow('x1', { preferred: undefined })]);
    const held = writeRows(join(directory, 'y.jsonl'), [pairRow('x2')]);
    const flags = ['--file', `test=${held}`, '--file', `train=${train}`, '--unlabelled', 'train'];
    const { documents } = await data('import', ...flags, '--out', join(directory, 'dataset'), '--json');
    expect(documents[0]).toMatchObject({
      splits: [
        { name: 'train', counts: { labelled: 0 } },
        { name: 'test', counts: { labelled: 1 } },
      ],
    });
  });

  test.each([
    ['--seed', '-1'],
    ['--seed', 'x'],
    ['--shuffle-sides', 'often'],
  ])('refuses %s %s', async (flag, value) => {
    const { source, out } = makeSource();
    await expect(data('import', source, '--out', out, flag, value)).rejects.toMatchObject({
      code: 'commander.invalidArgument',
    });
    expect(namesIn(join(out, '..'))).toEqual(['my-pairs']);
  });
});

describe('balpm data import, told too little,', () => {
  test('names a misspelt option before a missing one', async () => {
    const { source } = makeSource();
    await expect(data('import', source, '--oout', 'x')).rejects.toMatchObject({
      code: 'commander.unknownOption',
      message: "error: unknown option '--oout'\n(Did you mean --out?)",
    });
  });

  test('names the option that is missing', async () => {
    const { source } = makeSource();
    await expect(data('import', source)).rejects.toMatchObject({
      code: 'commander.missingMandatoryOptionValue',
      message: "error: required option '--out <dir>' not specified",
    });
  });
});

describe('balpm data check', () => {
  test('prints what is right and what to know', async () => {
    const { source, out } = makeSource();
    await data('import', source, '--out', out);
    const { stdout } = await data('check', out);
    expect(stdout.filter((line) => line.startsWith('✓ '))).toHaveLength(5);
    expect(stdout.at(-1)).toBe('  note: side a is preferred in 66.7 % of 3 labels');
  });
});

describe('balpm data show', () => {
  test('prints counts and shortened pairs, the preferred answer marked', async () => {
    const { source, out } = makeSource();
    await data('import', source, '--out', out);
    const { stdout } = await data('show', out, '--split', 'test', '-n', '1');
    expect(stdout).toContain('x3');
    expect(stdout.find((line) => line.includes('prompt  a long'))).toMatch(/… \(\d+ characters\)$/);
    expect(stdout).toContain('  * a     first of x3');
    expect(stdout).toContain('    b     second of x3');
  });

  test('prints texts in full with --json', async () => {
    const { source, out } = makeSource();
    await data('import', source, '--out', out);
    const { documents } = await data('show', out, '--json', '-n', '1');
    expect(documents[0]).toMatchObject({
      name: 'my-pairs',
      examples: [{ id: 'x1', response_b: 'second of x1', preferred: 'a' }],
    });
  });

  test('refuses an unknown split, with the nearest', async () => {
    const { source, out } = makeSource();
    await data('import', source, '--out', out);
    await expect(data('show', out, '--split', 'tets')).rejects.toMatchObject({
      exitStatus: 2,
      message: expect.stringContaining("did you mean 'test'?"),
    });
  });
});

describe('balpm data synth', () => {
  test('writes the world of a config and prints its directory', async () => {
    const directory = temporaryDirectory();
    const config = writeSource(
      join(directory, 'world.yaml'),
      'kind: uniform\nsizes: {train: 20, validation: 2, test: 2, ood: 2}\n',
    );
    const out = join(directory, 'world');
    expect((await data('synth', '-c', config, '--out', out)).stdout).toEqual([out]);
    expect((await data('check', out)).stdout.filter((line) => line.startsWith('✓ '))).toHaveLength(5);
  });
});

test('the help of every data command begins with two examples', async () => {
  for (const name of ['import', 'check', 'show', 'synth']) {
    const command = new Command('data').exitOverride();
    const written: string[] = [];
    command.configureOutput({ writeOut: (text) => written.push(text) });
    register(command, {} as CommandIo);
    await command.parseAsync([name, '--help'], { from: 'user' }).catch(() => undefined);
    expect(written.join('')).toMatch(new RegExp(`^Examples:\n  balpm data ${name} .*\n  balpm data ${name} `));
  }
});
