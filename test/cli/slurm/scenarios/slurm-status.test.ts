import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginAttempt } from '../../../../src/slurm/campaign/attempts.ts';
import type { Campaign } from '../../../../src/slurm/campaign/campaign.ts';
import { type Standing, writeResult } from '../../../../src/slurm/campaign/results.ts';
import { submissionPaths } from '../../../../src/slurm/submission/submission.ts';
import { balpm, makeScratch } from '../../../support/balpm.ts';
import { addSubmission, makeCampaign, queueLine, stubProgram } from '../../../support/slurm/made-campaign.ts';

let scratch: ReturnType<typeof makeScratch>;
beforeEach(() => {
  scratch = makeScratch();
});
afterEach(() => scratch.remove());

const bin = (): string => join(scratch.path, 'bin');
const status = (...words: string[]) =>
  balpm(['slurm', 'status', 'runs', ...words], {
    cwd: scratch.path,
    env: { PATH: `${bin()}${delimiter}${process.env['PATH']}` },
  });
const squeue = (...lines: string[]): void =>
  stubProgram(bin(), 'squeue', `cat <<'END'\nWelcome to the cluster\n${lines.join('\n')}\nEND`);
const callsOf = (program: string): number =>
  existsSync(join(bin(), `${program}.calls`))
    ? readFileSync(join(bin(), `${program}.calls`), 'utf8')
        .trim()
        .split('\n').length
    : 0;

function campaignOf(cells: number, submitted: Parameters<typeof addSubmission>[2]): Campaign {
  const campaign = makeCampaign(join(scratch.path, 'runs'), cells);
  addSubmission(campaign, '001', submitted);
  return campaign;
}

function rest({ paths }: Campaign, unit: string, standing: Standing, message = ''): void {
  const about = { exitStatus: standing === 'done' ? 0 : 4, digest: null, job: '100_0', time: new Date().toISOString() };
  writeResult(paths.results, { unit, standing, message, ...about });
}

const begin = ({ paths }: Campaign, unit: string, task: number): void =>
  void beginAttempt(paths.attempts, {
    unit,
    submission: '001',
    chunk: 0,
    task,
    job: `100_${task}`,
    restart: 0,
    host: 'n1',
    pid: 1,
    begun: new Date().toISOString(),
  });

/** The disk last showed something of it long ago. */
const age = ({ paths }: Campaign): void => utimesSync(submissionPaths(paths, '001').receipt, 0, 0);

test('slurm status ends with 0 when all is done, whatever the queue says', async () => {
  const campaign = campaignOf(2, { tasks: [['c0', 'c1']] });
  rest(campaign, 'c0', 'done');
  rest(campaign, 'c1', 'done');
  squeue(queueLine(0, 'FAILED'));
  expect(await status()).toEqual({ status: 0, stdout: '2/2 done', stderr: '' });
});

test('slurm status shows what runs, waits, is lost, failed and rests, with one squeue and one sacct', async () => {
  const tasks = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6'].map((id) => [id]);
  const campaign = campaignOf(8, { tasks, accounting: true });
  rest(campaign, 'c0', 'done');
  begin(campaign, 'c1', 1);
  begin(campaign, 'c3', 3);
  rest(campaign, 'c5', 'failed', 'Cannot read dataset: it is gone; bring it back');
  rest(campaign, 'c6', 'paused', 'it was stopped');
  age(campaign);
  writeFileSync(join(submissionPaths(campaign.paths, '001').logs, '100_5.out'), '');
  const waiting = [queueLine(2, 'PENDING', 'Priority'), queueLine(3, 'PENDING', 'BeginTime')];
  squeue(queueLine(1, 'RUNNING'), ...waiting);
  stubProgram(bin(), 'sacct', 'echo "100_4|NODE_FAIL|1:0"');
  const { status: exitStatus, stdout } = await status();
  expect(exitStatus).toBe(75);
  expect(stdout).toMatch(/^1\/8 done, 1 running, 1 pending, 1 requeued, 1 paused, 1 lost, 1 failed, 1 missing\n/);
  expect(stdout).toMatch(/^c1 +100_1 +n1 +1 +\d+ s ago$/m);
  expect(stdout).toMatch(/^c2 +pending +100_2 +Priority$/m);
  expect(stdout).toMatch(/^c3 +requeued +100_3 +BeginTime$/m);
  expect(stdout).toMatch(/^c4 +100_4 +0 +NODE_FAIL 1:0 +none$/m);
  expect(stdout).toContain(
    'c5  failed: Cannot read dataset: it is gone; bring it back\n    log runs/slurm/submissions/001/logs/100_5.out',
  );
  expect(stdout).toMatch(/^c6 +100_6 +0 +it was stopped$/m);
  expect([callsOf('squeue'), callsOf('sacct')]).toEqual([1, 1]);
});

test('slurm status ends with 5 once some failed and no job is left', async () => {
  const campaign = campaignOf(3, { tasks: [['c0'], ['c1']] });
  rest(campaign, 'c0', 'done');
  rest(campaign, 'c1', 'failed', 'Cannot');
  squeue(queueLine(0, 'RUNNING'));
  expect((await status()).status).toBe(5);
  rest(campaign, 'c0', 'failed', 'Cannot');
  squeue();
  expect((await status()).status).toBe(5);
});

test('slurm status calls unknown what only the queue could tell, and says why it did not', async () => {
  const campaign = campaignOf(3, { tasks: [['c0'], ['c1'], ['c2']] });
  rest(campaign, 'c0', 'done');
  rest(campaign, 'c1', 'failed', 'Cannot');
  stubProgram(bin(), 'squeue', 'echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1');
  const { status: exitStatus, stdout } = await status();
  expect(exitStatus).toBe(75);
  expect(stdout).toContain('1/3 done, 1 failed, 1 unknown\nthe queue is unavailable: ');
  expect(stdout).toContain('Unable to contact slurm controller');
});

test('slurm status says that the accounting did not answer', async () => {
  const campaign = campaignOf(1, { tasks: [['c0']], accounting: true });
  age(campaign);
  squeue();
  stubProgram(bin(), 'sacct', 'echo "Slurm accounting storage is disabled" >&2; exit 1');
  const { stdout } = await status();
  expect(stdout).toContain('the accounting is unavailable: ');
  expect(stdout).toMatch(/^c0 +100_0 +0 +\? /m);
});

test('slurm status cuts its tables; --json lists every unit', async () => {
  campaignOf(30, { tasks: Array.from({ length: 30 }, (_value, index) => [`c${index}`]) });
  squeue(...Array.from({ length: 30 }, (_value, index) => queueLine(index, 'PENDING', 'Resources')));
  expect((await status()).stdout).toMatch(/^c19 +pending .*\n… and 10 more \(--json lists all\)$/m);
  const document = JSON.parse((await status('--json')).stdout);
  expect(document).toMatchObject({ campaign: 'runs', id: '0123abcd', counts: { pending: 30 }, queueProblem: null });
  expect(document.units).toHaveLength(30);
  expect(document.units[29]).toMatchObject({ unit: 'c29', state: 'pending', job: '100_29', reason: 'Resources' });
});

test('slurm status finds jobs whose receipt was lost by their comment, and asks nothing when none was taken', async () => {
  const campaign = campaignOf(1, { tasks: [['c0']], job: null });
  squeue(queueLine(0, 'RUNNING', 'None', '777'));
  begin(campaign, 'c0', 0);
  expect((await status()).stdout).toMatch(/^c0 +777_0 +n1 /m);
  addSubmission(campaign, '001', { tasks: [['c0']], job: '' });
  expect((await status()).stdout).toContain('0/1 done, 1 missing');
  expect(callsOf('squeue')).toBe(1);
});

test('slurm status --watch ends at once when nothing is to come', async () => {
  squeue();
  const campaign = campaignOf(1, { tasks: [['c0']] });
  rest(campaign, 'c0', 'done');
  expect(await status('--watch')).toEqual({ status: 0, stdout: '1/1 done', stderr: '' });
});

test('slurm status refuses what is no campaign', async () => {
  writeFileSync(join(scratch.path, 'runs'), '');
  const { status: exitStatus, stderr } = await status();
  expect(exitStatus).toBe(2);
  expect(stderr).toMatch(/^error: Cannot open campaign 'runs': .* does not exist; /);
});
