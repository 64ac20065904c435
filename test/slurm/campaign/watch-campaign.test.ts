import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Campaign } from '../../../src/slurm/campaign/campaign.ts';
import { watchCampaign } from '../../../src/slurm/campaign/watch-campaign.ts';
import { submissionPaths } from '../../../src/slurm/submission/submission.ts';
import { makeScratch } from '../../support/balpm.ts';
import { addSubmission, makeCampaign, queueLine, stubProgram } from '../../support/slurm/made-campaign.ts';

let scratch: ReturnType<typeof makeScratch>;
let campaign: Campaign;
beforeEach(() => {
  scratch = makeScratch();
  campaign = makeCampaign(join(scratch.path, 'runs'), 2);
  addSubmission(campaign, '001', { tasks: [['c0'], ['c1']] });
  stubProgram(join(scratch.path, 'bin'), 'squeue', `cat '${join(scratch.path, 'queue')}'`);
  vi.stubEnv('PATH', `${join(scratch.path, 'bin')}:${process.env['PATH']}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  scratch.remove();
});

const setQueue = (...lines: string[]): void => writeFileSync(join(scratch.path, 'queue'), `${lines.join('\n')}\n`);
const calls = (): string[] => readFileSync(join(scratch.path, 'bin/squeue.calls'), 'utf8').trim().split('\n');

test('watchCampaign() asks once a poll, every 30 s, less often while nothing changes, and ends when nothing is to come', async () => {
  setQueue(queueLine(0, 'PENDING'), queueLine(1, 'PENDING'));
  const pauses: number[] = [];
  const status = await watchCampaign(campaign, {
    signal: new AbortController().signal,
    observe: () => undefined,
    pause: async (seconds) => {
      pauses.push(seconds);
      if (pauses.length === 7) setQueue(queueLine(0, 'PENDING'), queueLine(1, 'PENDING', 'DependencyNeverSatisfied'));
      if (pauses.length === 8) {
        setQueue('');
        utimesSync(submissionPaths(campaign.paths, '001').receipt, 0, 0);
      }
    },
  });
  expect(pauses).toEqual([30, 45, 67.5, 101.25, 151.875, 180, 180, 30]);
  expect(calls()).toEqual(pauses.concat(0).map(() => expect.stringMatching(/^-h -r -a -t all -n balpm-0123abcd -o /)));
  expect(status.counts).toEqual({ lost: 2 });
  expect(status.exitStatus).toBe(75);
});

test('watchCampaign() goes on while the queue does not answer', async () => {
  stubProgram(join(scratch.path, 'bin'), 'squeue', 'echo Unable to contact slurm controller >&2; exit 1');
  const problems: (string | null)[] = [];
  const status = watchCampaign(campaign, {
    signal: new AbortController().signal,
    observe: ({ counts, survey }) => {
      expect(counts).toEqual({ unknown: 2 });
      problems.push(survey.queueProblem);
    },
    pause: async () => {
      if (problems.length < 2) return;
      setQueue('');
      utimesSync(submissionPaths(campaign.paths, '001').receipt, 0, 0);
      stubProgram(join(scratch.path, 'bin'), 'squeue', `cat '${join(scratch.path, 'queue')}'`);
    },
  });
  expect((await status).counts).toEqual({ lost: 2 });
  expect(problems).toEqual(Array(2).fill(expect.stringContaining('Unable to contact slurm controller')));
});

test('watchCampaign() ends when it is told to stop', async () => {
  setQueue(queueLine(0, 'PENDING'));
  const stop = new AbortController();
  const watched = watchCampaign(campaign, { signal: stop.signal, observe: () => stop.abort() });
  await expect(watched).rejects.toMatchObject({
    kind: 'stopped',
    message: expect.stringContaining('its jobs continue'),
  });
});
