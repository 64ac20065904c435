import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { balpm, makeScratch, ROOT } from '../support/balpm.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const example = (name: string, ...args: string[]) =>
  execa(process.execPath, [join(ROOT, 'examples', name), ...args], { cwd: ROOT });

test('answer-batch.mjs answers what a run waits for', async () => {
  const config = writeTinyConfig(scratch.path, 'oracle: {type: file}\n');
  const { status, stdout } = await balpm(['run', '-c', config, '--id', 'asked', 'rounds=1', '--json']);
  expect(status).toBe(6);
  const { waiting } = JSON.parse(stdout) as { waiting: { batchFile: string; answersFile: string; needed: number } };
  const { stdout: said } = await example('answer-batch.mjs', waiting.batchFile, waiting.answersFile);
  expect(said).toContain(`${waiting.needed} answers`);
  expect((await balpm(['resume', join(scratch.path, 'runs', 'asked')])).status).toBe(0);
});

test('acquire-from-python.py picks three batches that spread over the prompts', async () => {
  const { stdout } = await execa(join(ROOT, '.venv/bin/python'), [join(ROOT, 'examples/acquire-from-python.py')]);
  expect(stdout.split('\n')).toEqual(
    [1, 2, 3].map((round) =>
      expect.stringMatching(new RegExp(`^round ${round}: 10 pairs, ${10 * (round + 1)} so far about \\d+ prompts$`)),
    ),
  );
});

test('own-operation fits, is cancelled and refused with the words of its Python file', async () => {
  const { stdout } = await example('own-operation/bradley-terry.mjs');
  expect(stdout.split('\n')).toEqual([
    'ranking 3 > 1 > 2 > 0, loss 0.277 nats a pair',
    expect.stringMatching(/^step \d+ of 100000000, loss 0\.\d{3}, that is enough$/),
    'CANCELLED: Cannot finish the request: it was cancelled, a new request is needed',
    'INVALID_ARGUMENT: Cannot fit: the pairs do not name items, numbers below 4 are needed',
  ]);
});

test('own-model is chosen, trained, scored and given labels', async () => {
  const { stdout } = await example('own-model/acquire.mjs', writeTinyConfig(scratch.path));
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^Trained: -\d\.\d{4} nats a pair on validation$/),
    expect.stringMatching(/^Averaged: -\d\.\d{4} nats a pair on validation$/),
    expect.stringMatching(/^chosen: (?:Trained|Averaged)$/),
    expect.stringMatching(/^16 labels: test accuracy 0\.\d{3}$/),
    expect.stringMatching(/^asks for 8 more, first train-\d+ \(disagreement 0\.\d{4} nats\)$/),
    expect.stringMatching(/^24 labels: test accuracy 0\.\d{3}$/),
    expect.stringMatching(/^asks for 8 more, first train-\d+ \(disagreement 0\.\d{4} nats\)$/),
    expect.stringMatching(/^32 labels: test accuracy 0\.\d{3}$/),
  ]);
});

test('compare-from-code.mjs prints a verdict a policy', async () => {
  const config = writeTinyConfig(scratch.path);
  const grid = ['acquisition.policy=random,top-k', 'seed=1,2', 'rounds=2'];
  expect((await balpm(['sweep', '-c', config, '--id', 'grid', ...grid])).status).toBe(0);
  const { stdout } = await example('compare-from-code.mjs', join(scratch.path, 'runs', 'grid'));
  expect(stdout).toMatch(/^random: area -0\.\d{4} on test, the baseline$/m);
  expect(stdout).toMatch(/^top-k: area -0\.\d{4} on test, better than random: undecided$/m);
});

test('remote-worker.mjs is answered by a worker that joined over the network', async () => {
  const { stdout } = await example('remote-worker.mjs');
  expect(stdout).toMatch(/^the worker \(torch \S+\) computes on cpu with 1 thread$/m);
  expect(stdout).toContain('the worker has ended as asked');
  expect(stdout).toMatch(/the worker's command ended with status 0$/);
});

test('steer-with-pythonia.mjs and steer-with-worker.mjs bring the same model to the same loss', async () => {
  const [byHand, byWorker] = await Promise.all(
    ['steer-with-pythonia.mjs', 'steer-with-worker.mjs'].map(async (name) => (await example(name)).stdout.split('\n')),
  );
  const loss = expect.stringMatching(/^loss 0\.\d{3} -> 0\.\d{3} nats a pair in 20 steps$/);
  expect(byHand).toEqual([
    expect.stringMatching(/^helpful( -?\d\.\d\d){4}$/),
    expect.stringMatching(/^bias -?\d\.\d\d -> 1\.00 moves them by -?\d\.\d\d$/),
    loss,
    'CANCELLED',
    'loss went on falling',
    expect.stringMatching(/^USER_CODE RuntimeError line \d+$/),
  ]);
  expect(byWorker).toEqual([
    byHand?.[2],
    'rewards 2 x 4, 8 numbers',
    'CANCELLED',
    'loss went on falling',
    "INVALID_ARGUMENT: Cannot train head 'honest': the model has helpful, harmless, one of them is needed",
  ]);
});
