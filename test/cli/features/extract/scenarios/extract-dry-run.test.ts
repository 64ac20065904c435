import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Forecast } from '../../../../../src/features/extraction/forecast-extraction.ts';
import { resolvePython } from '../../../../../src/worker/links/local/interpreter.ts';
import { pairRow, writeRows } from '../../../../data/fixtures.ts';
import { balpm, makeScratch, ROOT } from '../../../../support/balpm.ts';
import { type ModelHub, startModelHub } from '../../../../support/model-hub.ts';

const scratch = makeScratch();
const at = (name: string): string => join(scratch.path, name);
let hub: ModelHub;

beforeAll(async () => {
  execFileSync(resolvePython(), [join(ROOT, 'test/features/save-tiny-llama.py'), at('tiny')]);
  cpSync(at('tiny'), at('bare'), { recursive: true });
  rmSync(join(at('bare'), 'model.safetensors'));
  hub = await startModelHub({ 'org/tiny': at('tiny') });
  const rows = Array.from({ length: 30 }, (_value, index) => pairRow(`item ${index}`));
  const pairs = writeRows(at('pairs.jsonl'), rows);
  expect(await call(['data', 'import', pairs, '--split', 'train', '--out', 'pairs'])).toMatchObject({ status: 0 });
});

afterAll(async () => {
  await hub.close();
  scratch.remove();
});

const call = (args: readonly string[]) =>
  balpm(args, {
    cwd: scratch.path,
    env: { HF_ENDPOINT: hub.url, HF_HOME: at('cache'), HF_HUB_DISABLE_XET: '1' },
  });
const extract = (model: string, ...args: string[]) =>
  call(['features', 'extract', 'pairs', '--model', model, '--out', 'store', '--max-tokens', '64', ...args]);

describe('balpm features extract --dry-run', () => {
  test('tells what the extraction then takes, and writes nothing', async () => {
    const before = readdirSync(scratch.path);
    const { status, stdout } = await extract('tiny', '--dry-run', '--shard', '1/2');
    expect(status).toBe(0);
    expect(readdirSync(scratch.path)).toEqual(before);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('extraction with tiny   (not started)');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}texts {4}\d+ prompts and \d+ answers$/));
    expect(lines).toContain("           all texts were counted, with the model's own tokenizer, cut at 64");
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^ {2}weights {2}\d+\.\d kB of memory: \d\d,\d{3} parameters in float32, by the headers of the weights$/,
      ),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^ {2}time {5}about \d+ s, of which this shard is about \d+ s, \d+ MiB held, by a trial on this machine just now \([\d,]+ tokens\/s, way \w+\)$/,
      ),
    );
    const forecast = JSON.parse((await extract('tiny', '--dry-run', '--json')).stdout).forecast as Forecast;
    const made = JSON.parse((await extract('tiny', '--no-quality', '--json')).stdout) as {
      tokens: number;
      parts: number;
      way: string;
    };
    expect(forecast.trial?.way).toBe(made.way);
    expect([forecast.tokens, forecast.sharedTokens]).toContain(made.tokens);
    expect(forecast.parts).toBe(made.parts);
    const { size } = statSync(join(at('store'), 'features.safetensors'));
    expect(size - (forecast.storeBytes as number)).toBeGreaterThan(0);
    expect(size - (forecast.storeBytes as number)).toBeLessThan(2048); // the header of the file
    rmSync(at('store'), { recursive: true });
  });

  test('needs no weights, and says that time is unmeasured then', async () => {
    const { stdout, status } = await extract('bare', '--dry-run', '--shard', '2/4');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}weights .* parameters in float32, by the configuration$/m);
    expect(stdout).toMatch(/^ {2}time {5}unmeasured: its weights are not here \(Cannot load model '.*bare': /m);
    expect(stdout).toMatch(/^ {2}parts {4}\d+ on a processor, about \d+ in this shard$/m);
  });

  test('fetches of a hub model what counts tokens alone, and tells what the rest would be', async () => {
    const { stdout, status } = await extract('org/tiny', '--dry-run');
    expect(status).toBe(0);
    expect(hub.fetched).not.toContain('model.safetensors');
    const kilobytes = (readFileSync(join(at('tiny'), 'model.safetensors')).length / 1e3).toFixed(1);
    expect(stdout).toMatch(new RegExp(`by the configuration; ${kilobytes} kB still to be fetched$`, 'm'));
  });

  test('refuses a function of one’s own and a cut that is not made', async () => {
    const embed = ['features', 'extract', 'pairs', '--embed', 'mine.py:embed', '--out', 'store', '--dry-run'];
    expect(await call(embed)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Cannot use --dry-run with --embed: a function of your own has no tokenizer'),
    });
    expect(await extract('tiny', '--dry-run', '--prompt-cut', 'reference')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('give a dataset that `balpm features cut` made'),
    });
    expect(existsSync(at('store'))).toBe(false);
  });
});
