import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { exampleModel, writeOwnModel } from '../../support/own-model.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const runs = join(scratch.path, 'runs');
const overrides = writeOwnModel(scratch.path);
afterAll(scratch.remove);

const run = (id: string, ...args: readonly string[]) => balpm(['run', '-c', config, '--id', id, ...args]);
const digestOf = async (id: string): Promise<string> => (await balpm(['runs', 'digest', join(runs, id)])).stdout;
const oneLine = (words: string) => expect.stringMatching(new RegExp(`^error: ${words}$`, 'm'));

describe('a run with the model of docs/explanation/custom-model.md', () => {
  beforeAll(async () => {
    const { status, stderr } = await run('whole', ...overrides);
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });

  test('is measured and chooses by its samples', () => {
    const events = readEvents(join(runs, 'whole', 'events.jsonl'));
    const measured = events.filter((event) => event.type === 'round.measured');
    expect(measured).toHaveLength(4);
    expect(measured.at(-1)).toMatchObject({ members: [], splits: { test: { accuracy: expect.any(Number) } } });
    expect(measured.at(-1)?.splits['test']?.accuracy).toBeGreaterThan(0.55);
    expect(measured.at(-1)?.splits['test']?.epistemic).toBeGreaterThan(0);
  });

  test('repeats bit for bit from another place, and differs with another seed or option', async () => {
    const elsewhere = join(scratch.path, 'elsewhere');
    mkdirSync(elsewhere);
    expect((await run('moved', ...writeOwnModel(elsewhere))).status).toBe(0);
    expect(await digestOf('moved')).toBe(await digestOf('whole'));
    for (const change of ['seed=10', 'posterior.options.epochs=7']) {
      expect((await run(`other-${change.slice(0, 4)}`, ...overrides, change)).status).toBe(0);
      expect(await digestOf(`other-${change.slice(0, 4)}`)).not.toBe(await digestOf('whole'));
    }
  });

  test('names the file it used', () => {
    const model = JSON.parse(readFileSync(join(runs, 'whole', 'model.json'), 'utf8')) as object;
    expect(model).toMatchObject({ file: join(scratch.path, 'heads.py'), name: 'Heads' });
  });

  test('plans without counting what it cannot know', async () => {
    const { stdout, status } = await run('planned', ...overrides, '--dry-run');
    expect(status).toBe(0);
    expect(stdout).toContain('no trial: posterior.type external can be timed by its own runs only');
  });
});

describe('a model that cannot be used', () => {
  const REFUSED: readonly (readonly [string, readonly string[], string])[] = [
    [
      'no module',
      ['posterior.type=external'],
      "Cannot use config key 'posterior.module' .* path/to/file.py:Name .*is needed",
    ],
    [
      'no name',
      ['posterior.type=external', 'posterior.module=heads.py'],
      "Cannot use config key 'posterior.module' .*is needed",
    ],
    [
      'no file',
      ['posterior.type=external', 'posterior.module=no/such.py:Heads'],
      "Cannot use posterior.module '.*/no/such.py:Heads': there is no such file, path/to/file.py:Name is needed",
    ],
  ];
  test.each(REFUSED)('is refused at plan time, in a dry run too: %s', async (_what, args, words) => {
    for (const more of [[], ['--dry-run']])
      expect(await run('refused', ...args, ...more)).toMatchObject({ status: 2, stderr: oneLine(words) });
    expect(existsSync(join(runs, 'refused'))).toBe(false);
  });

  test('is refused before the first label, and nothing of the run is kept', async () => {
    const wrong = overrides.map((text) => text.replace(':Heads', ':Heds'));
    const words = "Cannot load 'heads.py:Heds': '.*heads.py' has no such name, one of Heads is needed";
    expect(await run('wrong', ...wrong)).toMatchObject({ status: 2, stderr: oneLine(words) });
    expect(existsSync(join(runs, 'wrong'))).toBe(false);
  });
});

describe('a model that fails', () => {
  test('when its file is run ends the run with 5 before the first label; mended it goes on', async () => {
    const args = writeOwnModel(scratch.path, 'import torch\nimport no_such_package\n', 'broken.py:Heads');
    const words =
      "Cannot load 'broken.py:Heads': ModuleNotFoundError: No module named 'no_such_package' \\(broken.py line 2\\), a fix in that file is needed; the worker’s log is '.*'";
    expect(await run('broken', ...args)).toMatchObject({ status: 5, stderr: oneLine(words) });
    expect(readFileSync(join(runs, 'broken', 'events.jsonl'), 'utf8')).toBe('');
    writeOwnModel(scratch.path, exampleModel(), 'broken.py:Heads');
    expect((await balpm(['resume', join(runs, 'broken')])).status).toBe(0);
  });

  test('by silence ends the run with 5 after posterior.stallSeconds', async () => {
    const endless = source('import time; time.sleep(3600)');
    const silent = await run('silent', ...writeOwnModel(scratch.path, endless), 'posterior.stallSeconds=5');
    expect(silent.status).toBe(5);
    expect(silent.stderr.split('\n').at(-1)).toMatch(
      /^error: Cannot run 'posterior\.predict': 2 workers ended while they ran it, .*no sign of life for \d+ ms/,
    );
    expect(readFileSync(join(runs, 'silent', 'worker.log'), 'utf8')).toMatch(/heads\.py", line 9 in sample/);
  });

  const source = (line: string): string => `import torch
class Heads:
    def __init__(self, context, options):
        self.round = context.round
    def fit(self, labelled, validation, context):
        self.direction = (labelled.first - labelled.second).mean(dim=0)
    def sample(self, pairs, context):
        logits = (pairs.first - pairs.second) @ self.direction
        ${line}
        return torch.stack([logits, 2 * logits])
`;
  const FAILURES: readonly (readonly [string, string, string])[] = [
    [
      'raises',
      'raise ValueError("no\\nluck")',
      "Cannot sample from 'heads.py:Heads': ValueError: no luck \\(heads.py line 9\\), a fix in that file is needed",
    ],
    [
      'gives NaN',
      'logits[5] = float("nan")',
      "Cannot sample from 'heads.py:Heads': sample\\(\\) gave nan for sample 0, pair 5 \\(response rows \\d+ and \\d+\\) \\(heads.py line 7\\), finite numbers \\(in float32\\) are needed",
    ],
    [
      'gives the wrong shape',
      'return logits',
      "Cannot sample from 'heads.py:Heads': sample\\(\\) gave 40 \\(heads.py line 7\\), S × 40 \\(S of at least 1\\) is needed",
    ],
    [
      'runs out of memory',
      'torch.empty(1 << 60)',
      "Cannot sample from 'heads.py:Heads': memory is exhausted \\(heads.py line 9\\), a smaller batch is needed",
    ],
  ];
  test.each(FAILURES)('that %s ends the run with 5, file and line; mended it goes on', async (what, line, words) => {
    const id = what.replaceAll(' ', '-');
    const directory = join(scratch.path, id);
    mkdirSync(directory);
    const failing = await run(id, ...writeOwnModel(directory, source(`if self.round == 1: ${line}`)));
    const log = join(runs, id, 'worker.log');
    expect(failing.status).toBe(5);
    expect(failing.stderr.split('\n').at(-1)).toMatch(new RegExp(`^error: ${words}(; the worker’s log is '${log}')?$`));
    expect(readdirSync(join(runs, id))).toContain('FAILED');
    expect(readFileSync(log, 'utf8')).toContain('heads.py');
    writeOwnModel(directory, source('pass'));
    const mended = await balpm(['resume', join(runs, id)]);
    expect(mended.status).toBe(0);
    expect(mended.stderr).toContain(
      `The model file '${join(directory, 'heads.py')}' has changed since the last session`,
    );
    expect(readdirSync(join(runs, id))).toContain('DONE');
  });
});
