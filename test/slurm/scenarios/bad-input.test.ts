import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { BalpmError } from '../../../src/base/errors.ts';
import { register } from '../../../src/cli/slurm/slurm.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { callCommand } from '../../support/call-command.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);

const config = writeTinyConfig(scratch.path);
const bin = join(scratch.path, 'bin');
const runs = join(scratch.path, 'runs');
const campaign = join(runs, 'tiny');
const calls = join(scratch.path, 'calls');

/** What the real commands cannot be made to do is done by programs of their names. */
function stub(name: string, script: string): void {
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/bash\necho "${name} $*" >> '${calls}'\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

const callsOf = (name: string): string[] =>
  existsSync(calls)
    ? readFileSync(calls, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith(`${name} `))
    : [];

const slurm = (args: readonly string[], env: Record<string, string> = {}) =>
  balpm(['slurm', ...args], {
    cwd: scratch.path,
    env: { PATH: `${bin}:/usr/bin:/bin`, BALPM_SLURM_SECONDS: '20', ...env },
  });
const submit = (...args: string[]) => slurm(['submit', '-c', config, 'seed=1..2', ...args]);
/** The refusal of a submission that never gets to Slurm, without a process of its own. */
const refused = (...args: string[]) =>
  callCommand({ register }, ['submit', '-c', config, 'seed=1..2', '--dry-run', ...args]).then(
    ({ stdout }) => ({ exitStatus: 0, message: stdout.join('\n') }),
    ({ exitStatus, message }: BalpmError) => ({ exitStatus, message }),
  );
const receipt = () => JSON.parse(readFileSync(join(campaign, 'slurm/submissions/001/receipt.json'), 'utf8'));

beforeEach(() => {
  rmSync(campaign, { recursive: true, force: true });
  rmSync(calls, { force: true });
  rmSync(bin, { recursive: true, force: true });
  stub('scontrol', "echo 'MaxArraySize = 1001'");
  stub('squeue', '');
  stub('sbatch', 'case "$*" in *--test-only*) exit 0;; esac; echo 4711');
});

describe('a profile', () => {
  const profile = join(scratch.path, 'profile.yaml');
  const withProfile = async (text: string) => {
    writeFileSync(profile, text);
    return refused('--profile', profile);
  };

  it('may not have a key that does not exist; the nearest one is named', async () => {
    writeFileSync(profile, 'job: { minuts: 5 }\n');
    const { status, stderr, stdout } = await submit('--profile', profile, '--dry-run');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain("Cannot use profile key 'job.minuts'");
    expect(stderr).toContain("did you mean 'job.minutes'?");
    expect(stderr).toContain("profile.yaml' line 1");
  });

  it.each([
    ['a partition of two lines', 'partition: "a\\nb"\n', 'partition'],
    ['a line of setup that is two', 'setup: ["module load a\\nrm b"]\n', 'setup.0'],
    ['a NUL in an option', 'extra: { mail-user: "a\\0b" }\n', 'extra.mail-user'],
    ['an option that balpm sets', 'extra: { time: "5" }\n', 'extra.time'],
    ['the beginning of an option that balpm sets', 'extra: { part: main }\n', 'extra.part'],
    ['a job of no cores', 'job: { cpus: 0 }\n', 'job.cpus'],
    ['a variable that is none', 'environment: ["A B"]\n', 'environment.0'],
  ])('may not have %s', async (_what, text, key) => {
    const { exitStatus, message } = await withProfile(text);
    expect(exitStatus).toBe(2);
    expect(message).toContain(`'${key}'`);
  });

  it('is told where a key of --job is wrong', async () => {
    const { exitStatus, message } = await refused('--job', 'minutes=soon');
    expect(exitStatus).toBe(2);
    expect(message).toContain("'--job minutes=soon' on the command line");
  });
});

describe('options for sbatch', () => {
  it.each(['--time=5', '-t5', '--part=high', '-p', '--arr=0-3', '--out=x', '-J', '--wrap=id'])(
    'may not be %s, which balpm sets',
    async (option) => {
      const { exitStatus, message } = await refused('--', option);
      expect(exitStatus).toBe(2);
      expect(message).toContain(`Cannot pass '${option}' to sbatch: balpm sets --`);
    },
  );

  it.each([['word'], ['--a\nb']])('may not be %j', async (option) => {
    const { exitStatus, message } = await refused('--', '--nice=5', option);
    expect(exitStatus).toBe(2);
    expect(message).toContain('to sbatch: it ');
  });

  it('are handed on otherwise', async () => {
    expect((await submit('--', '--exclude=n7', '--mail-type', 'END')).status).toBe(0);
    expect(callsOf('sbatch').at(-1)).toContain('--exclude=n7 --mail-type END');
  });
});

describe('--afterok', () => {
  it.each([
    ['a job that Slurm has forgotten', "echo 'Invalid job id specified' >&2; exit 1", 'Slurm has forgotten that job'],
    ['a job that has failed', "echo 'Welcome'; echo 'balpm|FAILED'", 'it ended as FAILED'],
    ['an array with a cancelled job', "echo 'balpm|COMPLETED'; echo 'balpm|CANCELLED'", 'it ended as CANCELLED'],
  ])('refuses %s, unless told not to check', async (_what, squeue, found) => {
    stub('squeue', squeue);
    const { status, stderr } = await submit('--afterok', '42');
    expect(status).toBe(3);
    expect(stderr).toContain(`after job 42: ${found}`);
    expect(callsOf('sbatch')).toEqual([]);
    expect((await submit('--afterok', '42', '--no-check')).status).toBe(0);
  });

  it('waits for a job that can still end well', async () => {
    stub('squeue', "echo 'balpm|RUNNING'");
    expect((await submit('--afterok', '42_1')).status).toBe(0);
    expect(callsOf('sbatch').at(-1)).toContain('--dependency=afterok:42_1 ');
  });

  it('takes nothing but the id of a job', async () => {
    const { status, stderr } = await submit('--afterok', '5,afterany:7', '--dry-run');
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('as 123 or 123_4') });
  });
});

describe('sbatch', () => {
  it('refuses: its words are passed on, and nothing counts as handed in', async () => {
    stub('sbatch', "echo 'invalid partition specified: nowhere' >&2; exit 1");
    const { status, stderr } = await submit();
    expect(status).toBe(3);
    expect(stderr).toContain('invalid partition specified: nowhere');
    stub('sbatch', 'case "$*" in *--test-only*) exit 0;; esac; echo 4711');
    expect((await submit()).status).toBe(0);
  });

  it('refuses only the second of two arrays: the first stays, the next submission hands in the rest', async () => {
    stub('scontrol', "echo 'MaxArraySize = 2'");
    const grid = ['submit', '-c', config, 'seed=1..4', '--id', 'tiny'];
    stub('sbatch', 'case "$*" in *--test-only*) exit 0;; *1.sbatch) echo "queue is full" >&2; exit 1;; esac; echo 11');
    expect(await slurm(grid)).toMatchObject({ status: 3 });
    expect(receipt().jobs).toEqual(['11', '']);
    stub('sbatch', 'case "$*" in *--test-only*) exit 0;; esac; echo 12');
    stub('squeue', "echo '11|0|PENDING|Priority||x'; echo '11|1|PENDING|Priority||x'");
    const second = await slurm(grid);
    expect(second.stderr).toContain('submission 002: 2 units as job 12');
  });

  it('does not answer: nobody knows, so nothing is handed in again at once', async () => {
    stub('sbatch', 'case "$*" in *--test-only*) exit 0;; esac; exec sleep 300');
    const hung = await slurm(['submit', '-c', config, 'seed=1..2'], { BALPM_SLURM_SECONDS: '1' });
    expect(hung).toMatchObject({ status: 3, stderr: expect.stringContaining('sbatch timed out after 1 s') });
    expect((await submit()).stderr).toContain('nothing to submit');
  });

  it('was killed with its receipt unwritten: the job is found by its comment', async () => {
    stub('sbatch', 'case "$*" in *--test-only*) exit 0;; esac; exec sleep 300');
    await slurm(['submit', '-c', config, 'seed=1..2'], { BALPM_SLURM_SECONDS: '1' });
    const { id } = JSON.parse(readFileSync(join(campaign, 'slurm/campaign.json'), 'utf8'));
    stub('squeue', `echo '99|0|RUNNING|None|n1|balpm:${id}:001:0'; echo '99|1|PENDING|Priority||balpm:${id}:001:0'`);
    expect((await submit()).stderr).toContain('nothing to submit');
    const { stdout } = await slurm(['status', campaign, '--json']);
    expect(JSON.parse(stdout).counts).toEqual({ pending: 2 });
  });

  it('prints a banner before the job id of a federation', async () => {
    stub(
      'sbatch',
      'case "$*" in *--test-only*) exit 0;; esac; echo "Welcome to the cluster 2026"; echo "123;west"; echo',
    );
    expect((await submit()).stderr).toContain('as job 123');
    expect(receipt().jobs).toEqual(['123']);
  });

  it('prints no job id', async () => {
    stub('sbatch', 'case "$*" in *--test-only*) exit 0;; esac; echo "thank you"');
    const { status, stderr } = await submit();
    expect(status).toBe(3);
    expect(stderr).toContain('sbatch printed "thank you" without a job id');
  });

  it('is not there', async () => {
    rmSync(join(bin, 'sbatch'));
    const { status, stderr } = await slurm(['submit', '-c', config, 'seed=1..2'], { PATH: `${bin}:/bin-of-nobody` });
    expect(status).toBe(3);
    expect(stderr).toContain("command 'sbatch' is not on PATH; run this where Slurm is installed");
  });

  it('sees nothing of the job that submits', async () => {
    stub('sbatch', `case "$*" in *--test-only*) exit 0;; esac; env > '${join(scratch.path, 'seen')}'; echo 4711`);
    await slurm(['submit', '-c', config, 'seed=1..2'], {
      SLURM_ARRAY_TASK_ID: '7',
      SBATCH_PARTITION: 'x',
      HF_TOKEN: 'hf_secret',
    });
    const seen = readFileSync(join(scratch.path, 'seen'), 'utf8');
    expect(seen).toContain('PATH=');
    expect(seen).not.toMatch(/ARRAY_TASK_ID|SBATCH_PARTITION|HF_TOKEN/);
  });
});

describe('a campaign', () => {
  it('is refused when its configuration has changed, by the names of the keys', async () => {
    expect((await submit()).status).toBe(0);
    const { status, stderr } = await submit('posterior.members=4', 'acquisition.batch=9');
    expect(status).toBe(2);
    expect(stderr).toContain('posterior.members: 3 against 4');
    expect(stderr).toContain('acquisition.batch: 8 against 9');
  });

  it('is refused when its grid has changed', async () => {
    await submit();
    const { status, stderr } = await slurm(['submit', '-c', config, 'seed=1..3', '--id', 'tiny']);
    expect(status).toBe(2);
    expect(stderr).toContain('the grid also has s3');
  });

  it('is not submitted twice while squeue does not answer, and its cells are unknown', async () => {
    await submit();
    stub('squeue', "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1");
    const again = await submit();
    expect(again.status).toBe(3);
    expect(again.stderr).toContain('the state of the earlier jobs is unknown');
    expect(JSON.parse((await slurm(['status', campaign, '--json'])).stdout).counts).toEqual({ unknown: 2 });
  });

  it('is refused where it cannot be written', async () => {
    const { status, stderr } = await submit('output.dir=/proc/nowhere');
    expect(status).toBe(3);
    expect(stderr).toContain("'/proc/nowhere");
  });

  it('is refused where Slurm could not write its logs', async () => {
    const { status, stderr } = await submit(`output.dir=${join(scratch.path, String.raw`a\b`)}`, '--dry-run');
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('does not support a backslash in a path'),
    });
  });

  it('leaves nothing when it is only looked at', async () => {
    expect((await submit('--dry-run')).status).toBe(0);
    expect(existsSync(campaign)).toBe(false);
    expect(callsOf('sbatch')).toEqual([]);
  });

  it('that is no campaign is refused by every command', async () => {
    const { status, stderr } = await slurm(['status', runs]);
    expect(status).toBe(2);
    expect(stderr).toContain('give a directory that `balpm slurm submit` created');
  });

  it('that was copied ends and begins no jobs of the original', async () => {
    await submit();
    const copy = join(runs, 'copy');
    cpSync(campaign, copy, { recursive: true });
    for (const act of [
      ['cancel', copy],
      ['submit', '-c', config, 'seed=1..2', '--id', 'copy'],
    ]) {
      const { status, stderr } = await slurm(act);
      expect(status).toBe(2);
      expect(stderr).toMatch(/Cannot act on the jobs of '.*copy': the campaign was created in '.*tiny'/);
    }
    rmSync(copy, { recursive: true });
  });

  it('with a changed file is refused', async () => {
    await submit();
    const units = join(campaign, 'slurm/units.jsonl');
    writeFileSync(units, readFileSync(units, 'utf8').replace('seed=1', 'seed=3'));
    const { status, stderr } = await slurm(['status', campaign]);
    expect(status).toBe(4);
    expect(stderr).toContain("'units.jsonl' does not match 'campaign.json'");
  });

  it('that is handed in by two at once is handed in once', async () => {
    stub('sbatch', 'case "$*" in *--test-only*) exit 0;; esac; echo $$');
    const both = await Promise.all([submit(), submit()]);
    const statuses = both.map(({ status }) => status);
    expect(statuses).toContain(0);
    expect(callsOf('sbatch').filter((line) => !line.includes('--test-only'))).toHaveLength(1);
    expect(readdirSync(join(campaign, 'slurm/submissions'))).toHaveLength(1);
  });
});
