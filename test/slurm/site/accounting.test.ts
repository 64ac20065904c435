import { expect, test } from 'vitest';
import { parseAccounting } from '../../../src/slurm/site/accounting.ts';

/** `sacct -X -P -n -o JobID,State,ExitCode` after the manuals of 22.05 and 24.11, which have the same form. */
const TEXT = `31_0|COMPLETED|0:0
31_1|NODE_FAIL|1:0
31_2|CANCELLED by 1000|0:15
31_3|OUT_OF_MEMORY|0:125
31_[4-7%2]|PENDING|0:0
32|TIMEOUT|0:0
33+0|FAILED|7:0
`;

test('parseAccounting() gives state and exit status by job', () => {
  expect(Object.fromEntries(parseAccounting(TEXT))).toEqual({
    '31_0': { state: 'COMPLETED', exitCode: '0:0' },
    '31_1': { state: 'NODE_FAIL', exitCode: '1:0' },
    '31_2': { state: 'CANCELLED by 1000', exitCode: '0:15' },
    '31_3': { state: 'OUT_OF_MEMORY', exitCode: '0:125' },
    '32': { state: 'TIMEOUT', exitCode: '0:0' },
  });
});

test('parseAccounting() passes over banners', () => {
  expect(parseAccounting(`Welcome | to | x\n${TEXT}\nbye`)).toEqual(parseAccounting(TEXT));
  expect(parseAccounting('Slurm accounting storage is disabled')).toEqual(new Map());
});
