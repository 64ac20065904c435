import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as command from '../../src/cli/acquire.ts';
import { tensorOf, writeSafetensors } from '../../src/features/store/safetensors.ts';
import { openStream } from '../../src/random/stream.ts';
import { balpm, makeScratch } from '../support/balpm.ts';
import { callCommand } from '../support/call-command.ts';
import { npyBytes } from '../support/npy-bytes.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string): string => join(scratch.path, name);
const acquire = (...args: string[]) => balpm(['acquire', ...args], { cwd: scratch.path });

const stream = openStream(['test', 'cli', 'acquire']);
const X = Float32Array.from({ length: 40 * 4 }, () => stream.normal());
const U = Float64Array.from({ length: 40 }, () => 0.02 * stream.uniform());
const FILES = ['--prompts', 'X.npy', '--scores', 'U.npy', '--acquired', 'acquired.json'];
const ENTROPY = ['--policy', 'batch-entropy', ...FILES, '--batch', '5', 'k=4'];

beforeAll(() => {
  const json = (name: string, value: unknown): void => writeFileSync(at(name), JSON.stringify(value));
  writeFileSync(at('X.npy'), npyBytes('<f4', '(40, 4)', X));
  writeFileSync(at('U.npy'), npyBytes('<f8', '(40,)', U, { version: 3 }));
  writeFileSync(at('X64.npy'), npyBytes('<f8', '(40, 4)', Float64Array.from(X)));
  writeFileSync(at('fortran.npy'), npyBytes('<f4', '(40, 4)', X, { order: 'True' }));
  writeFileSync(at('NaN.npy'), npyBytes('<f4', '(40, 4)', X.with(13, Number.NaN)));
  writeFileSync(at('gap.npy'), npyBytes('<f8', '(40,)', U.with(3, Number.NaN)));
  writeFileSync(at('three.npy'), npyBytes('<f8', '(3,)', U.subarray(0, 3)));
  writeFileSync(at('column.npy'), npyBytes('<f8', '(40, 1)', U));
  writeFileSync(at('cut.npy'), npyBytes('<f4', '(40, 4)', X.subarray(0, 100)));
  writeSafetensors(
    at('X.safetensors'),
    new Map([
      ['prompts', tensorOf(X, [40, 4])],
      ['other', tensorOf(U, [40])],
    ]),
  );
  json('acquired.json', [3, 0]);
  json('order.json', [9, 8, 7]);
  json('taken.json', [9, 3]);
  json('twice.json', [9, 9]);
  json('half.json', [0.5]);
  json('object.json', { acquired: [] });
});

const Z = Float32Array.from({ length: 3 * 40 }, () => stream.normal());
const D = Float64Array.from({ length: 40 }, (_value, item) => (item === 7 ? 0 : 1 + 3 * stream.uniform()));
const LOGITS = ['--policy', 'top-k', '--prompts', 'X.npy', '--logits', 'Z.npy', '--batch', '5', '--json'];
const NOISE = ['--noise', 'distance', '--distances', 'D.npy'];

describe('balpm acquire --logits', () => {
  beforeAll(() => {
    writeFileSync(at('Z.npy'), npyBytes('<f4', '(3, 40)', Z));
    writeFileSync(at('Z64.npy'), npyBytes('<f8', '(3, 40)', Float64Array.from(Z)));
    writeFileSync(at('Zt.npy'), npyBytes('<f4', '(40, 3)', Z));
    writeFileSync(at('Zflat.npy'), npyBytes('<f4', '(120,)', Z));
    writeFileSync(at('Znan.npy'), npyBytes('<f4', '(3, 40)', Z.with(47, Number.NaN)));
    writeFileSync(at('D.npy'), npyBytes('<f8', '(40,)', D));
    writeFileSync(at('D39.npy'), npyBytes('<f8', '(39,)', D.subarray(0, 39)));
    writeFileSync(at('Dminus.npy'), npyBytes('<f8', '(40,)', D.with(4, -1)));
    writeFileSync(at('Dnan.npy'), npyBytes('<f8', '(40,)', D.with(4, Number.NaN)));
    writeFileSync(at('D0.npy'), npyBytes('<f8', '(40,)', new Float64Array(40)));
  });

  /** The items of largest mutual information between label and sample, from its definition. */
  const bestOf = (exponent: number): number[] => {
    const mean = D.reduce((sum, value) => sum + value, 0) / 40;
    const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    const told = Array.from({ length: 40 }, (_value, item) => {
      const scale = (mean / Math.max(D[item] as number, mean / 10)) ** exponent;
      const p = [0, 1, 2].map((sample) => 1 / (1 + Math.exp(-scale * (Z[40 * sample + item] as number))));
      const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / 3;
      return entropy(average(p)) - average(p.map(entropy));
    });
    return told
      .map((_value, item) => item)
      .sort((a, b) => (told[b] as number) - (told[a] as number))
      .slice(0, 5);
  };
  const picked = ({ stdout }: { stdout: string }) =>
    (JSON.parse(stdout) as { picks: { index: number }[] }).picks.map(({ index }) => index);

  test('ranks by the measure of the samples, scaled by distance when told to', async () => {
    expect(picked(await acquire(...LOGITS))).toEqual(bestOf(0));
    for (const exponent of [0, 0.5, 1, 2])
      expect(picked(await acquire(...LOGITS, ...NOISE, '--exponent', `${exponent}`))).toEqual(bestOf(exponent));
    expect(bestOf(1)).not.toEqual(bestOf(0));
  });

  test('does not look at logits of acquired items', async () => {
    writeFileSync(at('seven.json'), '[7]');
    const known = await acquire(...LOGITS, '--logits', 'Znan.npy', '--acquired', 'seven.json');
    expect(known.status).toBe(0);
    expect(picked(known)).toHaveLength(5);
  });

  test.each([
    [['--scores', 'U.npy'], 2, 'Cannot use scores and logits: both are given, one of them is needed'],
    [['--logits', 'Z64.npy'], 4, 'Z64.npy'],
    [
      ['--logits', 'Zt.npy'],
      4,
      'Cannot use the logits: their shape is (40, 3) of 120 numbers, samples × items, (at least 1, 40)',
    ],
    [['--logits', 'Zflat.npy'], 4, '(samples, items) is needed'],
    [['--logits', 'Znan.npy'], 4, 'Cannot use the logits: item 7 has NaN in sample 1, a finite number is needed'],
    [['--logits', 'none.npy'], 4, 'none.npy'],
    [['--noise', 'distance'], 2, 'Cannot use --noise distance: --exponent is left out, it is needed'],
    [['--exponent', '1'], 2, 'Cannot use --exponent: --noise is left out, --noise distance is needed'],
    [['--noise', 'distance', '--exponent', '1'], 2, 'Cannot scale by noise distance: no distances are given'],
    [['--distances', 'D.npy'], 2, 'Cannot use distances: no noise is given, noise distance is needed'],
    [[...NOISE, '--exponent', '2.1'], 2, 'Cannot use exponent 2.1 of distance noise: a number in [0, 2] is needed'],
    [[...NOISE, '--exponent', '-1'], 2, 'Cannot use exponent -1 of distance noise'],
    [[...NOISE, '--exponent', 'much'], 2, 'Cannot use exponent NaN of distance noise'],
    [
      [...NOISE, '--exponent', '1', '--distances', 'D39.npy'],
      4,
      'Cannot use the distances: there are 39, one for each of 40',
    ],
    [
      [...NOISE, '--exponent', '1', '--distances', 'Dminus.npy'],
      4,
      'Cannot use the distances: item 4 has -1, a finite number of',
    ],
    [[...NOISE, '--exponent', '1', '--distances', 'Dnan.npy'], 4, 'Cannot use the distances: item 4 has NaN'],
    [[...NOISE, '--exponent', '1', '--distances', 'D0.npy'], 4, 'Cannot use the distances: all are 0'],
  ])('refuses %j', async (args, status, words) => {
    const told = await acquire(...LOGITS, ...args);
    expect(told).toMatchObject({ status, stderr: expect.stringContaining(words) });
  });

  test('refuses to scale scores', async () => {
    const told = await acquire(...ENTROPY, ...NOISE, '--exponent', '1');
    expect(told).toMatchObject({ status: 2, stderr: expect.stringContaining('no logits are given') });
  });
});

describe('balpm acquire', () => {
  test('prints the picks in order, as one document', async () => {
    const { status, stdout, stderr } = await acquire(...ENTROPY, '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const document = JSON.parse(stdout) as { picks: { index: number; score: number; terms: Record<string, number> }[] };
    expect(Object.keys(document)).toEqual(['schemaVersion', 'picks']);
    expect(document.picks).toHaveLength(5);
    for (const { index, score, terms } of document.picks) {
      expect([3, 0]).not.toContain(index);
      expect(terms['epistemic']).toBe(U[index]);
      expect(score).toBe(terms['epistemic']! + terms['weighted']!);
    }
  });

  test('prints a table without --json', async () => {
    const { stdout } = await acquire(...ENTROPY);
    const [head, ...rows] = stdout.split('\n');
    expect(head).toMatch(/^pick +index +score +epistemic +distance +digamma +entropy +weighted$/);
    expect(rows.map((row) => row.trim().split(/ +/)[0])).toEqual(['1', '2', '3', '4', '5']);
  });

  test('gives the same through a worker, from safetensors, and by --preset or preset=', async () => {
    const { stdout } = await acquire(...ENTROPY, '--json', '--preset', 'reference', 'shiftPoolRows=False');
    const same = async (...args: string[]) => expect((await acquire(...args, '--json')).stdout).toBe(stdout);
    await same(...ENTROPY, 'preset=reference', 'shiftPoolRows=false', '--worker', '--device', 'cpu');
    await same(...ENTROPY, '--preset', 'reference', 'shiftPoolRows=false', '--prompts', 'X.safetensors:prompts');
    expect((await acquire(...ENTROPY, '--json', '--preset', 'reference', 'shiftPoolRows=true')).status).toBe(0);
  });

  test('picks what is left of the order, and tells the person', async () => {
    const { status, stdout, stderr } = await acquire(...ENTROPY, '--order', 'order.json', 'k=2', '--json');
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { picks: unknown[] }).picks).toHaveLength(3);
    expect(stderr).toMatch(/^35 of 40 items are neither .*\nThe pool holds 3 items, fewer than the batch of 5: .*$/);
  });

  test('needs neither scores nor a Python for a policy that does not rank', async () => {
    const random = ['--policy', 'random', '--prompts', 'X.npy', '--batch', '3', '--json', '--python', '/nonexistent'];
    const [one, again, other] = [
      await acquire(...random),
      await acquire(...random),
      await acquire(...random, '--seed', '2'),
    ];
    expect(one.stdout).toMatch(/"score": null,\n\s+"terms": \{\}/);
    expect(again.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });
});

describe('balpm acquire refuses', () => {
  test.each([
    [
      'an unknown policy',
      2,
      /Cannot use policy 'best': there is no such policy, one of random, .*is needed/,
      ['--policy', 'best'],
    ],
    ['an unknown key', 2, /has no option 'kk', one of preset, k, beta, .* \(did you mean 'k'\?\)/, ['kk=3']],
    ['a value that is none', 2, /option 'shiftPoolRows' is refused/, ['shiftPoolRows=maybe']],
    ['a word that is no key', 2, /Cannot read override 'k': there is no '='/, ['k']],
    ['two presets', 2, /--preset is given too/, ['--preset', 'paper', 'preset=reference']],
    [
      'a preset the policy has not',
      2,
      /'random': it has no option 'preset'/,
      ['--policy', 'random', '--preset', 'paper'],
    ],
    ['k at the size of the pool', 2, /Cannot use option k 40: an item of the pool has 39 neighbours/, ['k=40']],
    ['a file that is not there', 4, /absent\.npy': there is no such file/, ['--prompts', 'absent.npy']],
    ['a file of another kind', 4, /order\.json': it does not begin like one/, ['--prompts', 'order.json']],
    [
      'float64 embeddings',
      4,
      /X64\.npy': its elements are float64; expected float32 or float16/,
      ['--prompts', 'X64.npy'],
    ],
    ['Fortran order', 4, /its order is Fortran; use C order/, ['--prompts', 'fortran.npy']],
    ['a cut array', 4, /cut\.npy': 400 bytes follow the header; expected 640/, ['--prompts', 'cut.npy']],
    ['scores for embeddings', 4, /U\.npy': its elements are float64/, ['--prompts', 'U.npy']],
    [
      'two tensors and no name',
      4,
      /it holds 2 tensors, .*NAME is needed \(NAME: other, prompts\)/,
      ['--prompts', 'X.safetensors'],
    ],
    [
      'embeddings with NaN',
      4,
      /Cannot use the prompt embeddings: item 3 has NaN in column 1/,
      ['--prompts', 'NaN.npy'],
    ],
    ['scores as a column', 4, /column\.npy': its shape is \(40, 1\), \(items\) is needed/, ['--scores', 'column.npy']],
    ['scores of too few', 4, /Cannot use the scores: there are 3, one for each of 40 items/, ['--scores', 'three.npy']],
    ['scores with NaN in the pool', 4, /item 3 has NaN/, ['--scores', 'gap.npy', '--acquired', 'order.json']],
    ['acquired items in the order', 4, /'order': entry 1 is item 3, which is acquired/, ['--order', 'taken.json']],
    ['an item twice', 4, /'acquired': entry 1 is item 9 again/, ['--acquired', 'twice.json']],
    ['half an item', 4, /'acquired': entry 0 is 0\.5, a whole number from 0 to 39/, ['--acquired', 'half.json']],
    [
      'a list that is none',
      4,
      /Cannot read list '.*object\.json': it is of type object/,
      ['--acquired', 'object.json'],
    ],
    ['groups of too few', 4, /Cannot use the groups: there are 3/, ['--groups', 'order.json']],
  ])('%s: status %i and one line', async (_name, exitStatus, message, args) => {
    const inScratch = [...ENTROPY, ...args].map((word) => (/\.(npy|json|safetensors)$/.test(word) ? at(word) : word));
    const refused = callCommand(command, inScratch);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ exitStatus, message: expect.stringMatching(/^Cannot [^\n]+$/) });
  });

  test.each([
    ['a batch of 0', 2, /'--batch <n>' argument '0' is invalid. a whole number of at least 1/, ['--batch', '0']],
    ['an unknown key', 2, /has no option 'kk', one of preset, k, beta/, ['kk=3']],
    [
      'a file that is not there',
      4,
      /Cannot read array 'absent\.npy': there is no such file/,
      ['--prompts', 'absent.npy'],
    ],
  ])('%s as a process: status %i, nothing on stdout', async (_name, status, message, args) => {
    const called = await acquire(...ENTROPY, ...args);
    expect(called).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(/^error: [^\n]+$/) });
    expect(called.stderr).toMatch(message);
  });

  test('no scores where they are needed, but takes NaN where an item is acquired', async () => {
    const called = await acquire('--policy', 'top-k', '--prompts', 'X.npy', '--batch', '3');
    expect(called).toMatchObject({ status: 2 });
    expect(called.stderr).toMatch(/'top-k': it ranks by epistemic, scores of every item are needed/);
    expect(await acquire(...ENTROPY, '--scores', 'gap.npy')).toMatchObject({ status: 0, stderr: '' });
  });

  test.each(['--policy', '--prompts', '--batch'])('a call without %s', async (flag) => {
    const args = ['--policy', 'random', '--prompts', 'X.npy', '--batch', '3'];
    args.splice(args.indexOf(flag), 2);
    const { status, stderr } = await acquire(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(`required option '${flag} <`));
  });
});
