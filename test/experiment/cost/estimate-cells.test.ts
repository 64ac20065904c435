import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { estimateCells } from '../../../src/experiment/cost/estimate-cells.ts';
import type { Rates } from '../../../src/experiment/cost/rates.ts';
import { trialSubject } from '../../../src/experiment/cost/trial-subject.ts';
import { settled } from '../../../src/posterior/settled.ts';
import { makeScratch } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const path = writeTinyConfig(scratch.path);
const { signal } = new AbortController();
const { config } = await loadConfig(path);
const cell = { config, root: 'cell' };
const figures = { startSeconds: 10, secondsPerStep: 2, secondsPerAnswer: 0.5, memoryMiB: 1000 };
const rates: Rates = {
  machine: { host: 'node7', processor: 'Some CPU', device: 'NVIDIA H200', torch: '2.13.0' },
  date: '2026-11-30T12:00:00.000Z',
  trials: [{ ...trialSubject(config, 16), ...figures }],
};

describe('estimateCells()', () => {
  test('counts time, memory and disk of every cell by the rates of a named machine, and says so', async () => {
    const { cells, basis, machine, measured } = await estimateCells([cell], { signal, rates });
    // As in the test of the command line: batches of 32 of 16, 24, 32 and 40 labels in 3 epochs, 760 answers a round.
    const [steps, answers] = [3 + 3 + 3 + 6, 4 * 760 + 80 * (4 * 3 + 1 + 1 + 1 + 2)];
    expect(cells).toEqual([
      {
        seconds: 10 + 2 * steps + 0.5 * answers,
        secondsPerRound: 10 + 2 * 6 + 0.5 * (760 + 80 * 5),
        // Features of answers and prompts, and three blocks of a prediction: 3 heads of 16 are its widest layer.
        memoryMiB: expect.closeTo(1000 + (4 * 760 * 16 + 4 * 57 * 8 + 3 * 4 * 760 * 48) / 2 ** 20, 3),
        diskMiB: expect.any(Number),
      },
    ]);
    expect(basis).toBe(
      'the rates of node7 (NVIDIA H200, torch 2.13.0) of 2026-11-30 (2.0 s per step, 500 s per 1,000 answers), choosing batches not counted',
    );
    expect({ machine, measured }).toEqual({ machine: null, measured: [] });
  });

  test('estimates ten thousand cells with one count for all seeds', async () => {
    const many = Array.from({ length: 10_000 }, (_, seed) => ({
      config: {
        ...config,
        seed,
        acquisition: { ...config.acquisition, policy: seed % 2 ? 'random' : 'batch-entropy' },
      },
      root: `cell-${seed}`,
    }));
    const { cells } = await estimateCells(many, { signal, rates });
    expect(cells).toHaveLength(10_000);
    expect(cells[1]).toMatchObject({ seconds: (cells[0] as { seconds: number }).seconds });
    expect(cells.at(-1)).toEqual(cells[1]);
  });

  test('makes one trial here for cells of one posterior, whatever their learning rate, policy and seed', async () => {
    const rate = {
      ...config,
      posterior: { ...config.posterior, training: { ...settled(config.posterior).training, lr: 1e-4 } },
    };
    const { cells, basis, machine, measured } = await estimateCells(
      [cell, { config: rate, root: 'other' }, { config: { ...config, seed: 4 }, root: 'third' }],
      { signal },
    );
    expect(measured).toHaveLength(1);
    expect(machine?.host).not.toBe('');
    expect(basis).toMatch(/^a trial on this machine just now \(/);
    expect(cells.map((estimate) => 'seconds' in estimate)).toEqual([true, true, true]);
  });

  test('estimates cells whose worker is on another host by rates alone', async () => {
    const remote = { ...config, worker: { ...config.worker, listen: '10.0.0.1' } };
    const away = { config: remote, root: 'away' };
    const here = await estimateCells([away], { signal });
    expect(here).toMatchObject({ cells: [{ unknown: 'its worker is on another host' }], basis: 'no trial' });
    expect((await estimateCells([away], { signal, rates })).cells).toMatchObject([{ memoryMiB: expect.any(Number) }]);
  });

  test('refuses rates that lack the posterior, and says what to run', async () => {
    const wider = { ...config, posterior: { ...config.posterior, members: 7 } };
    await expect(estimateCells([{ config: wider, root: 'x' }], { signal, rates })).rejects.toMatchObject({
      exitStatus: 2,
      message: expect.stringMatching(
        /^Cannot estimate by the rates of node7 .*"members":7.* on 16 dimensions .*; run the same command there with --save-rates/,
      ),
    });
  });
});
