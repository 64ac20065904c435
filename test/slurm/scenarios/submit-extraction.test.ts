import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { register } from '../../../src/cli/slurm/slurm.ts';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { callCommand } from '../../support/call-command.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (...names: string[]): string => join(scratch.path, ...names);

/** sbatch notes how it was called, and gives one number after the other. */
function writeStubs(): void {
  mkdirSync(at('bin'), { recursive: true });
  const scripts = {
    sbatch: `echo "$*" >> '${at('calls')}'\nwc -l < '${at('calls')}'`,
    scontrol: 'echo MaxArraySize = 1001',
    squeue: `cat '${at('queue')}'`,
  };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(at('bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(at('bin', name), 0o755);
  }
  writeFileSync(at('queue'), '');
  writeFileSync(at('calls'), '');
}

const submit = (...args: string[]) =>
  balpm(['slurm', 'submit', '--extract', 'pairs', '--model', 'org/model', '--out', 'store', '--no-check', ...args], {
    cwd: scratch.path,
    env: { PATH: `${at('bin')}:/usr/bin:/bin`, XDG_CONFIG_HOME: at('config') },
  });
const called = (): string[] => readFileSync(at('calls'), 'utf8').trim().split('\n');
const note = (name: string): void => writeFileSync(at('store.slurm/slurm/results', name), '{}');

beforeEach(() => {
  for (const name of ['store', 'store.slurm']) rmSync(at(name), { recursive: true, force: true });
  writeStubs();
});

it('--dry-run prints the scripts and calls of shards and merge, without data, model or Slurm', async () => {
  const words =
    'slurm submit --extract pairs --model org/model --out store --shards 16 --job gpus=2 --job cpus=8 --dry-run -- --exclude=n3';
  const env = { PATH: '/nowhere', XDG_CONFIG_HOME: at('config') };
  const { status, stdout } = await balpm(words.split(' '), { cwd: scratch.path, env });
  expect(status).toBe(0);
  const text = stdout
    .replaceAll(scratch.path, '/work')
    .replaceAll(ROOT, '/balpm')
    .replaceAll(process.execPath, 'node')
    .replaceAll(/\b[0-9a-f]{8}\b/g, 'ID');
  const lines = text.split('\n').filter((line) => !/^(?:set|umask|trap|export|printf) /.test(line));
  expect(lines.join('\n')).toBe(DRY_RUN);
});

const script = (number: number, lines: readonly string[], log: string, task: string): string[] => [
  '#!/bin/bash',
  `# balpm 0.1.0, campaign ID (store), submission 001, script ${number}`,
  '# written by `balpm slurm submit`: change the configuration or the profile, not this file',
  '#SBATCH --job-name=balpm-ID',
  `#SBATCH --comment=balpm:ID:001:${number}`,
  ...lines,
  '#SBATCH --time=01:00:00',
  '#SBATCH --signal=B:USR2@120',
  '#SBATCH --requeue',
  '#SBATCH --open-mode=append',
  `#SBATCH --output=/work/store.slurm/slurm/submissions/001/logs/${log}.out`,
  'cd /work',
  `exec node /balpm/dist/main.js slurm task /work/store.slurm --submission 001 --chunk ${number} --task ${task}`,
  '',
];
const SHAPE = ['#SBATCH --nodes=1', '#SBATCH --ntasks=1', '#SBATCH --cpus-per-task=8', '#SBATCH --mem=4096M'];
const DRY_RUN = [
  '# store.slurm/slurm/submissions/001/0.sbatch: 16 units in 16 jobs (shard-0001 … shard-0016)',
  '# sbatch --parsable --export=ALL --exclude=n3 /work/store.slurm/slurm/submissions/001/0.sbatch',
  ...script(0, ['#SBATCH --array=0-15', ...SHAPE, '#SBATCH --gres=gpu:2'], '%A_%a', '"$SLURM_ARRAY_TASK_ID"'),
  '# store.slurm/slurm/submissions/001/1.sbatch: 1 unit in 1 job (merge)',
  '# sbatch --parsable --export=ALL --dependency=afterany:JOB_0 --kill-on-invalid-dep=yes --exclude=n3 /work/store.slurm/slurm/submissions/001/1.sbatch',
  ...script(1, SHAPE, '%j', '0'),
].join('\n');

describe('a submission', () => {
  it('freezes what is extracted, with absolute paths and a process for every GPU', async () => {
    expect(await submit('--shards', '3', '--job', 'gpus=2')).toMatchObject({ status: 0, stdout: 'store.slurm' });
    const { extraction, config } = JSON.parse(readFileSync(at('store.slurm/slurm/campaign.json'), 'utf8'));
    expect(config).toBeNull();
    expect(extraction).toMatchObject({
      settings: { dataset: at('pairs'), model: 'org/model', out: at('store'), columns: null, way: 'auto' },
      model: null,
      devices: ['cuda:0', 'cuda:1'],
      threads: null,
    });
    expect(called().map((call) => call.replace(/ \/.*\//, ' '))).toEqual([
      '--parsable --export=ALL 0.sbatch',
      '--parsable --export=ALL --dependency=afterany:1 --kill-on-invalid-dep=yes 1.sbatch',
    ]);
  });

  it('is refused once more with other settings, naming them; devices and threads may be others', async () => {
    await submit('--shards', '3');
    const { status, stderr } = await submit('--shards', '4', '--dtype', 'bfloat16', '--revision', 'v2');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /the submitted extraction differs \(dtype: "float32" against "bfloat16"; revision: null against "v2"; shards: 3 against 4\); give the same settings, or another --out/,
    );
    expect(await submit('--shards', '3', '--threads', '7', '--device', 'cuda')).toMatchObject({ status: 0 });
    const { extraction } = JSON.parse(readFileSync(at('store.slurm/slurm/campaign.json'), 'utf8'));
    expect(extraction).toMatchObject({ threads: 7, devices: ['cuda'] });
  });

  it('hands in what is missing with a merge that waits for shards of before, and no merge in vain', async () => {
    await submit('--shards', '3');
    note('shard-0001.paused.json');
    note('merge.paused.json');
    writeFileSync(at('queue'), ['1|1|RUNNING|None|n1|', '1|2|PENDING|Resources||', '2|N/A|FAILED|None||'].join('\n'));
    expect(await submit('--shards', '3')).toMatchObject({ status: 0 });
    expect(called()[3]).toMatch(/ --dependency=afterany:1:3 --kill-on-invalid-dep=yes .*submissions\/002\/1.sbatch$/);

    for (const name of ['shard-0001.done.json', 'shard-0002.failed.json', 'shard-0003.paused.json']) note(name);
    writeFileSync(at('queue'), '');
    await submit('--shards', '3');
    expect(
      called()
        .slice(4)
        .map((call) => call.replace(/.*\//, '')),
    ).toEqual(['0.sbatch']);
  });
});

describe('bad input', () => {
  const refusedWith = (args: string[]): Promise<string> =>
    callCommand({ register }, ['submit', ...args]).then(
      () => '',
      (error: Error) => error.message,
    );

  it.each([
    ['-c exp.yaml --extract pairs', 'Cannot use --config with --extract: it applies to the cells of a configuration'],
    ['--extract pairs --id x', 'Cannot use --id with --extract'],
    ['--extract pairs seed=1', "Cannot use 'seed=1' with --extract: it is a key of a configuration"],
    ['-c exp.yaml --dtype float16', 'Cannot use --dtype without --extract: it applies to an extraction'],
    ['-c exp.yaml --shards 3', 'Cannot use --shards without --extract'],
    ['--extract pairs --model m --out s', "required option '--shards <n>' not specified"],
    ['--extract pairs --shards 3 --out s', "required option '--model <dir or id>' not specified"],
    ['--extract pairs --shards 3 --model m', "required option '--out <dir>' not specified"],
    ['seed=1', "required option '-c, --config <file>' not specified"],
    ['--extract pairs --shards 0', "option '--shards <n>' argument '0' is invalid"],
    ['--extract pairs --shards 100000', "option '--shards <n>' argument '100000' is invalid"],
    [
      '--extract pairs --shards 2 --model m --out s --uncertainty',
      'Cannot use --uncertainty: there is no file to write',
    ],
    ['--extract pairs --shards 2 --model m --out s --shard 1/2', "unknown option '--shard'"],
  ])('%s', async (args, message) => {
    expect(await refusedWith(args.split(' '))).toContain(message);
  });

  it('a store that is there, and things of others in the place of the campaign', async () => {
    mkdirSync(at('store'));
    expect((await submit('--shards', '2')).stderr).toContain("store': it already exists, a new path is needed");
    rmSync(at('store'), { recursive: true });
    mkdirSync(at('store.slurm/photos'), { recursive: true });
    const { status, stderr } = await submit('--shards', '2');
    expect(status).toBe(2);
    expect(stderr).toContain("store.slurm': the directory has other files ('photos')");
  });
});
