import { afterAll, describe, expect, it } from 'vitest';
import { acquire } from '../../../src/standalone/acquire.ts';
import { float32Tensor } from '../../../src/worker/tensors/tensor.ts';
import { goldenCaseNames, goldenDirectory, readGoldenCase } from '../../acquisition/oracles/golden-case.ts';
import { makeScratch } from '../../support/balpm.ts';
import { acquireByCommand, goldenRounds, indicesOf } from '../oracles/golden-rounds.ts';

const names = goldenCaseNames();
if (names.length === 0) console.warn(`Golden selection cases are skipped: there is no directory '${goldenDirectory}'`);
const scratch = makeScratch();
afterAll(scratch.remove);

describe.skipIf(names.length === 0)('acquire() and the golden cases', () => {
  it.each(names)('acquire() gives the picks of %s in every round', async (name) => {
    const golden = readGoldenCase(name);
    const { preset, k, beta, digammaDivisor, shiftPoolRows, batch, dimension, features } = golden;
    const prompts = float32Tensor(features, [features.length / dimension, dimension]);
    const options = { preset, k, beta, digammaDivisor, shiftPoolRows };
    for (const { acquired, order, scores, expected } of goldenRounds(golden)) {
      const picks = await acquire({ policy: 'batch-entropy', options, prompts, scores, acquired, order, batch });
      expect(picks.map(({ index }) => index)).toEqual(expected);
    }
  });

  // The whole set goes through the command line in bench/acquire-golden.ts.
  it.each(names.slice(0, 3))('the built command line gives those of the last round of %s', async (name) => {
    const golden = readGoldenCase(name);
    const last = goldenRounds(golden).at(-1)!;
    const { status, stdout, stderr } = await acquireByCommand(golden, last, scratch.path);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(indicesOf(stdout)).toEqual(last.expected);
  });
});
