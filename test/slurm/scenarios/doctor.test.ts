import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import type { Finding } from '../../../src/doctor/finding.ts';
import { examineSite } from '../../../src/slurm/doctor/examine-site.ts';
import { parseSiteSettings } from '../../../src/slurm/site/site-limits.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { stubProgram } from '../../support/slurm/made-campaign.ts';
import { slurmOrSkip } from '../../support/slurm/slurm-or-skip.ts';
import { type Slurm, startSlurm } from '../../support/slurm/start-slurm.ts';

let scratch: ReturnType<typeof makeScratch>;
beforeEach(() => {
  scratch = makeScratch();
});
afterEach(() => scratch.remove());

async function examine(env: Record<string, string>, ...words: string[]) {
  const { status, stdout } = await balpm(['slurm', 'doctor', ...words, '--json'], { cwd: scratch.path, env });
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { status, of: (what: string) => findings.find((finding) => finding.what === what) };
}

/** As 22.05.8 prints it. */
const CONFIG = `Configuration data as of 2026-11-30T16:01:00
AccountingStorageType   = accounting_storage/none
JobRequeue              = 0
KillWait                = 3 sec
MaxArraySize            = 1001
MaxJobCount             = 10000
MinJobAge               = 300 sec
PreemptMode             = CANCEL
SlurmctldParameters     = (null)
`;

test('examineSite() says what degrades, and what to ask the site for', () => {
  const findings = new Map(examineSite(parseSiteSettings(CONFIG)).map((finding) => [finding.what, finding]));
  const states = Object.fromEntries([...findings].map(([what, { state }]) => [what, state]));
  expect(states).toEqual({
    MaxArraySize: 'fine',
    MaxJobCount: 'fine',
    JobRequeue: 'warning',
    KillWait: 'warning',
    PreemptMode: 'warning',
    SlurmctldParameters: 'warning',
    MinJobAge: 'fine',
    AccountingStorageType: 'warning',
  });
  expect(findings.get('JobRequeue')?.advice).toContain('units pause until the next submit');
  expect(findings.get('SlurmctldParameters')?.advice).toContain('ask for preempt_send_user_signal');
  expect(examineSite(new Map()).every(({ state }) => state === 'warning')).toBe(true);
});

describe('slurm doctor where Slurm is a stub', () => {
  const env = () => ({ PATH: `${join(scratch.path, 'bin')}${delimiter}${process.env['PATH']}` });
  beforeEach(() => {
    for (const name of ['scancel', 'scontrol', 'sacct', 'squeue'])
      stubProgram(join(scratch.path, 'bin'), name, 'echo slurm 24.11.5');
    stubProgram(join(scratch.path, 'bin'), 'sbatch', 'echo Welcome; echo "5;east"');
  });

  it('tells a directory that nodes do not see from a job that waits', async () => {
    const gone = await examine(env(), 'shared', '--wait', '1');
    expect(gone.status).toBe(3);
    expect(gone.of('sbatch')).toMatchObject({ state: 'fine', found: '5;east' });
    expect(gone.of('shared')).toMatchObject({ state: 'missing', found: expect.stringContaining('job 5 (gone) left') });
    stubProgram(join(scratch.path, 'bin'), 'squeue', 'echo "5|N/A|PENDING|Resources||balpm:doctor"');
    const waits = await examine(env(), 'shared', '--wait', '1');
    expect(waits.status).toBe(0);
    expect(waits.of('job')?.found).toBe('job 5 did not run within 1 s (Resources)');
    expect(existsSync(join(scratch.path, 'shared'))).toBe(false);
  });

  it('hands in nothing with --no-job, and names a directory that cannot be written', async () => {
    stubProgram(join(scratch.path, 'bin'), 'sbatch', 'test "$1" = -V || exit 9');
    const { status, of } = await examine(env(), '--no-job');
    expect(status).toBe(0);
    expect(of('directory')?.state).toBe('fine');
    expect(of('job')).toBeUndefined();
    writeFileSync(join(scratch.path, 'file'), '');
    const unwritable = await examine(env(), 'file/below', '--no-job');
    expect(unwritable.status).toBe(3);
    expect(unwritable.of('directory')?.state).toBe('missing');
  });

  it('names what is not installed', async () => {
    const { status, of } = await examine({ PATH: join(scratch.path, 'nothing') }, '--no-job');
    expect(status).toBe(3);
    expect(of('sbatch')).toMatchObject({
      state: 'missing',
      found: expect.stringContaining("command 'sbatch' is not on PATH"),
    });
    expect(of('sacct')?.state).toBe('warning');
  });
});

describe.runIf(slurmOrSkip())('slurm doctor on a real Slurm', () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 1, lines: ['JobRequeue=0'] });
  });
  afterAll(() => slurm?.down());

  it('finds that a node sees the directory, how soon, its clock and its balpm, and leaves nothing behind', async () => {
    mkdirSync(join(scratch.path, 'shared'));
    const { status, of } = await examine({ ...slurm.env }, 'shared');
    expect(of('shared')).toMatchObject({
      state: 'fine',
      found: expect.stringMatching(/^job \d+ on n1 reads it; this host sees the job's file \d/),
    });
    expect(of('clock')).toMatchObject({ state: 'fine', found: expect.stringContaining('the clock of n1 agrees') });
    expect(of('on the node')).toMatchObject({ state: 'fine', found: 'balpm 0.1.0' });
    expect(of('JobRequeue')).toMatchObject({ state: 'warning', found: '0' });
    expect(of('MaxArraySize')).toMatchObject({ state: 'fine', found: '1001' });
    expect(status).toBe(0);
    expect(readdirSync(join(scratch.path, 'shared'))).toEqual([]);
  });

  it('tells when a node does not find balpm', async () => {
    const profile = join(scratch.path, 'profile.yaml');
    writeFileSync(profile, 'command: [/nonexistent/balpm]\n');
    const { status, of } = await examine({ ...slurm.env }, 'shared', '--profile', profile);
    expect(status).toBe(3);
    expect(of('on the node')).toMatchObject({ state: 'missing', found: expect.stringContaining('No such file') });
  });
});
