import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { initialLabels, labelSchedule } from '../../src/loop/label-schedule.ts';
import { makeScratch } from '../support/balpm.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(join(scratch.path));

describe('labelSchedule()', () => {
  test.each([
    [['rounds=4'], 240, [16, 24, 32, 40]],
    [['rounds=1'], 240, [16]],
    [['rounds=75'], 40, [16, 24, 32, 40]],
    [['rounds=75'], 35, [16, 24, 32, 35]],
    [['rounds=75'], 16, [16]],
    [['rounds=75', 'acquisition.initial=all'], 240, [240]],
  ])('with %j of %i items is %j', async (overrides, pool, schedule) => {
    expect(labelSchedule((await loadConfig(config, overrides)).config, pool)).toEqual(schedule);
  });
});

test('initialLabels() of all is the pool', () => {
  expect([initialLabels('all', 7), initialLabels(3, 7)]).toEqual([7, 3]);
});
