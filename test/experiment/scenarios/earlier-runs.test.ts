import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { editLabels } from '../../support/edit-labels.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const runs = join(scratch.path, 'runs');
const NO_PYTHON = { BALPM_PYTHON: '/nonexistent/python' };
const SHORT = ['rounds=2', 'acquisition.policy=random'];

beforeAll(async () => {
  const { status, stderr } = await balpm(['run', '-c', config, '--id', 'first', ...SHORT]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
});
afterAll(scratch.remove);

describe('a run that is there already', () => {
  test('is not started again', async () => {
    const { status, stderr } = await balpm(['run', '-c', config, '--id', 'first', ...SHORT]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/Cannot start run 'first': .* exists; give a new id, or --or-resume/);
  });

  test('is finished without a worker, from any directory', async () => {
    const { status, stdout } = await balpm(['resume', join(runs, 'first'), '--json'], { cwd: '/', env: NO_PYTHON });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, status: 'done', rounds: 2, labels: 24 });
    expect(readdirSync(join(runs, 'first'))).toContain('DONE');
  });

  const OTHERS: readonly (readonly [string, RegExp])[] = [
    ['seed=77', /another configuration \(seed: 9 against 77\)/],
    ['acquisition.policy=top-k', /acquisition\.policy: "random" against "top-k"/],
    ['data.world.promptDimension=6', /its datasetHash was|its storeId was/],
  ];
  test.each(OTHERS)('is not taken for one with %s', async (override, message) => {
    const { status, stderr } = await balpm(['run', '-c', config, '--id', 'first', '--or-resume', ...SHORT, override]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('is not skipped by a sweep over other data', async () => {
    const sweep = ['sweep', '-c', config, '--id', 'grid', ...SHORT, 'seed=1,2'];
    expect((await balpm(sweep)).status).toBe(0);
    const { status, stderr } = await balpm([...sweep, 'data.world.promptDimension=6']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/Cannot go on with run 's1': its (datasetHash|storeId) was/);
  });
});

describe('a run that cannot begin', () => {
  test('leaves nothing behind', async () => {
    const { status, stderr } = await balpm(['run', '-c', config, '--id', 'without', ...SHORT], { env: NO_PYTHON });
    expect(status).toBe(3);
    expect(stderr).toContain("'/nonexistent/python'");
    expect(existsSync(join(runs, 'without'))).toBe(false);
  });

  test('keeps the log of a worker that died at its start, and nothing else', async () => {
    const bare = join(scratch.path, 'bare-python');
    writeFileSync(bare, `#!/bin/sh\nexec '${resolvePython()}' -S "$@"\n`, { mode: 0o755 });
    const { status, stderr } = await balpm(['run', '-c', config, '--id', 'bare', ...SHORT], {
      env: { BALPM_PYTHON: bare },
    });
    expect(status).toBe(3);
    expect(existsSync(join(runs, 'bare'))).toBe(false);
    const log = /'([^']*worker\.log)'/.exec(stderr)?.[1] ?? '';
    expect(readFileSync(log, 'utf8')).toContain('ModuleNotFoundError');
  });

  test('is refused for a pool the dataset cannot answer for', async () => {
    const world = join(scratch.path, 'world');
    expect((await balpm(['data', 'synth', '-c', config, '--out', world])).status).toBe(0);
    const unlabelled = join(scratch.path, 'unlabelled');
    editLabels(world, unlabelled, (label) => (label.id.startsWith('train-') ? null : label));
    const data = [
      '~data',
      'data.type=directory',
      `data.dataset=${unlabelled}`,
      `data.store=${join(world, 'features')}`,
    ];
    const { status, stderr } = await balpm(['run', '-c', config, '--id', 'unanswered', ...SHORT, ...data]);
    expect(status).toBe(4);
    expect(stderr).toMatch(/Cannot label split 'train' from the dataset: 240 of 240 items have no label/);
    expect(existsSync(join(runs, 'unanswered'))).toBe(false);
  });

  test('is marked failed, not lost, when it was begun before', async () => {
    const events = join(runs, 'first', 'events.jsonl');
    const begun = join(runs, 'begun');
    expect((await balpm(['run', '-c', config, '--id', 'begun', ...SHORT])).status).toBe(0);
    writeFileSync(join(begun, 'events.jsonl'), `${readFileSync(events, 'utf8').split('\n').slice(0, 3).join('\n')}\n`);
    expect((await balpm(['resume', begun], { env: NO_PYTHON })).status).toBe(3);
    expect(readdirSync(begun)).toContain('FAILED');
    expect(readdirSync(begun)).not.toContain('DONE');
    expect((await balpm(['resume', begun])).status).toBe(0);
    expect(readFileSync(join(begun, 'metrics.jsonl'))).toEqual(readFileSync(join(runs, 'first', 'metrics.jsonl')));
  });
});
