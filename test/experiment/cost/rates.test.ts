import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Rates, readRates, writeRates } from '../../../src/experiment/cost/rates.ts';
import { makeScratch } from '../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string) => join(scratch.path, name);
const trial = {
  posterior: { type: 'deep-ensemble', members: 5 },
  dimension: 4096,
  device: 'auto',
  threads: 1,
  startSeconds: 2,
  secondsPerStep: 0.1,
  secondsPerAnswer: 1e-5,
  memoryMiB: 900,
};
const rates: Rates = {
  machine: { host: 'node7', processor: 'Some CPU', device: 'NVIDIA H200', torch: '2.13.0' },
  date: '2026-11-30T12:00:00.000Z',
  trials: [trial],
};

describe('rates', () => {
  test('are read as they were written, from YAML too', async () => {
    await writeRates(at('rates.json'), rates);
    expect(await readRates(at('rates.json'))).toMatchObject(rates);
    writeFileSync(at('rates.yaml'), stringify(JSON.parse(readFileSync(at('rates.json'), 'utf8'))));
    expect(await readRates(at('rates.yaml'))).toMatchObject(rates);
  });

  test('of one machine add up, the newer trial of a subject wins', async () => {
    const file = at('grows.json');
    await writeRates(file, rates);
    const later = { ...rates, date: '2026-12-01T12:00:00.000Z' };
    await writeRates(file, {
      ...later,
      trials: [
        { ...trial, secondsPerStep: 0.2 },
        { ...trial, dimension: 8192 },
      ],
    });
    const { date, trials } = await readRates(file);
    expect(date).toBe(later.date);
    expect(trials.map(({ dimension, secondsPerStep }) => [dimension, secondsPerStep])).toEqual([
      [4096, 0.2],
      [8192, 0.1],
    ]);
  });

  test('of another machine are not mixed in', async () => {
    await writeRates(at('own.json'), rates);
    const other = { ...rates, machine: { ...rates.machine, host: 'node8' } };
    await expect(writeRates(at('own.json'), other)).rejects.toThrow(
      /it holds those of node7 .* and these are of node8 .*; give another file/,
    );
    expect(await readRates(at('own.json'))).toMatchObject(rates);
  });

  test.each([
    ['another kind', { schemaVersion: 1, kind: 'balpm-run' }, /kind is refused/],
    ['no trial', { schemaVersion: 1, kind: 'balpm-rates', ...rates, trials: [] }, /trials is refused/],
    [
      'a speed of 0',
      { schemaVersion: 1, kind: 'balpm-rates', ...rates, trials: [{ ...trial, secondsPerStep: 0 }] },
      /trials\.0\.secondsPerStep/,
    ],
    ['an unknown key', { schemaVersion: 1, kind: 'balpm-rates', ...rates, speed: 1 }, /the file is refused/],
  ])('with %s are refused', async (_name, document, found) => {
    writeFileSync(at('bad.json'), JSON.stringify(document));
    await expect(readRates(at('bad.json'))).rejects.toMatchObject({
      exitStatus: 2,
      message: expect.stringMatching(found),
    });
  });

  test('that are not there are refused', async () => {
    await expect(readRates(at('none.json'))).rejects.toMatchObject({ exitStatus: 2 });
  });
});
