import { expect, test } from 'vitest';
import { isAliveInQueue, parseQueue } from '../../../src/slurm/site/queue.ts';

/** As 22.05.8 and 24.11.5 print `squeue -h -r -a -t all -o '%F|%K|%T|%r|%N|%k'`. */
const RECORDED = `3|0|RUNNING|None|n1|balpm:319b600b:002:0
3|12|PENDING|BeginTime||balpm:319b600b:002:0
4|N/A|PENDING|Dependency||balpm:319b600b:002:1
7|N/A|CANCELLED|Resources||(null)
7|1|FAILED|JobLaunchFailure|n2|(null)
7|2|COMPLETING|None|n[1-2]|a|b`;

test('parseQueue() reads jobs and elements, and comments with bars', () => {
  const jobs = parseQueue(RECORDED);
  expect(jobs).toHaveLength(6);
  expect(jobs[0]).toEqual({
    job: '3',
    index: 0,
    state: 'RUNNING',
    reason: 'None',
    nodes: 'n1',
    comment: 'balpm:319b600b:002:0',
  });
  expect(jobs[1]).toMatchObject({ index: 12, state: 'PENDING', reason: 'BeginTime', nodes: '' });
  expect(jobs[2]).toMatchObject({ job: '4', index: null });
  expect(jobs[5]).toMatchObject({ nodes: 'n[1-2]', comment: 'a|b' });
  expect(jobs.map(isAliveInQueue)).toEqual([true, true, true, false, false, true]);
});

test('parseQueue() passes over what a site prints beside it', () => {
  const banner = `*** maintenance on Monday | see the wiki ***\n\nJOBID|x|y\n7|\n${RECORDED}\n  \nbye\n`;
  expect(parseQueue(banner)).toEqual(parseQueue(RECORDED));
  expect(parseQueue('')).toEqual([]);
  expect(parseQueue('slurm_load_jobs error: Unable to contact slurm controller')).toEqual([]);
});
