import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as runs from '../../../src/cli/runs/runs.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { findRunRecords } from '../../../src/ledger/read-run-record.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { callCommand } from '../../support/call-command.ts';
import { writeMeasuredRun } from '../../support/measured-run.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const directory = join(scratch.path, 'runs');
const damaged = join(scratch.path, 'damaged');

beforeAll(async () => {
  const loaded = await loadConfig(writeTinyConfig(scratch.path), ['acquisition.policy=random', 'seed=1']);
  for (const path of ['alone', 'sweep/random-s1', 'sweep/.hidden', 'report/random-s1']) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    await writeMeasuredRun(join(directory, path), loaded);
  }
  mkdirSync(damaged);
  await writeMeasuredRun(join(damaged, 'whole'), loaded);
  const { events } = await writeMeasuredRun(join(damaged, 'broken'), loaded);
  writeFileSync(events, 'no event\n');
});

describe('balpm runs ls', () => {
  test('lists runs and the runs of sweeps, by their paths in the directory', async () => {
    const { stdout } = await callCommand(runs, ['ls', directory]);
    expect(stdout.join('\n').split('\n')).toEqual([
      'id               status  policy  seed  rounds  labels',
      'alone            done    random     1       4      40',
      'sweep/random-s1  done    random     1       4      40',
    ]);
  });

  test('finds a directory that holds only sweeps', async () => {
    const { documents } = await callCommand(runs, ['ls', join(directory, 'sweep'), '--json']);
    expect(documents).toEqual([
      {
        runs: [
          {
            id: 'random-s1',
            path: join(directory, 'sweep/random-s1'),
            status: 'done',
            policy: 'random',
            seed: 1,
            digest: expect.stringMatching(/^[0-9a-f]{64}$/),
            rounds: 4,
            labels: 40,
          },
        ],
      },
    ]);
  });

  test('gives a damaged run a row and says what is wrong with it', async () => {
    const { stdout, stderr } = await callCommand(runs, ['ls', damaged]);
    expect(stdout.join('\n').split('\n').slice(1)).toEqual([
      'broken  damaged',
      'whole   done     random     1       4      40',
    ]);
    expect(stderr).toEqual([
      expect.stringMatching(/^broken: Cannot read event .*events\.jsonl' line 1: it is not JSON/),
    ]);
  });

  test('lists nothing where the default directory is not there yet, and refuses one that was named', async () => {
    const cwd = scratch.path;
    expect(await balpm(['runs', 'ls', '--json'], { cwd: damaged })).toMatchObject({
      status: 0,
      stdout: JSON.stringify({ schemaVersion: 1, runs: [] }, null, 2),
    });
    const named = await balpm(['runs', 'ls', 'absent'], { cwd });
    expect(named).toMatchObject({ status: 2, stdout: '' });
    expect(named.stderr).toBe(
      "error: Cannot read runs of 'absent': there is no such file; give a run or a directory of runs",
    );
  });
});

test('findRunRecords() refuses a damaged run by name', async () => {
  await expect(findRunRecords([damaged])).rejects.toThrow(/broken\/events\.jsonl' line 1/);
});

test('balpm runs show --json counts the rounds and lists them', async () => {
  const { documents } = await callCommand(runs, ['show', join(directory, 'alone'), '--json']);
  expect(documents[0]).toMatchObject({ id: 'alone', rounds: 4, config: { seed: 1 } });
  expect(documents[0]?.['measured']).toHaveLength(4);
});

describe('balpm runs export', () => {
  const run = join(directory, 'alone');

  test('prints a JSON line a round under the keys of the reference', async () => {
    const { stdout } = await callCommand(runs, ['export', run]);
    const rows = stdout.join('\n').split('\n');
    expect(rows).toHaveLength(4);
    expect(JSON.parse(rows[3] as string)).toMatchObject({ round: 3, labels: 40, 'ensemble/test_LogLikelihood': -0.6 });
  });

  test('writes a file, over one that is there, and prints its path', async () => {
    const file = join(scratch.path, 'run.csv');
    writeFileSync(file, 'old');
    expect((await callCommand(runs, ['export', run, '--format', 'csv', '--out', file])).stdout).toEqual([file]);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^round,labels,labelsCharged,seconds,test\.count,test\.logLikelihood,/);
  });

  test('refuses a place it cannot write, an unknown run and an unknown format', async () => {
    const place = join(scratch.path, 'absent', 'run.csv');
    await expect(callCommand(runs, ['export', run, '--out', place])).rejects.toThrow(`Cannot write '${place}'`);
    await expect(callCommand(runs, ['export', 'absent'])).rejects.toThrow("Cannot open run 'absent'");
    await expect(callCommand(runs, ['export', run, '--format', 'xml'])).rejects.toThrow(/reference, jsonl, csv/);
  });
});
