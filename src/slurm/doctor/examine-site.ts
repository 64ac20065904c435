import type { Finding } from '../../doctor/finding.ts';
import type { SiteSettings } from '../site/site-limits.ts';

/** What the settings of a cluster mean for campaigns: what degrades, and what to ask the site for. */
export const examineSite = (settings: SiteSettings): Finding[] =>
  RULES.map(({ name, judge }) => {
    const value = settings.get(name);
    if (value === undefined) return { what: name, state: 'warning', found: 'not told by scontrol', advice: '' };
    const advice = judge(value);
    return { what: name, state: advice === '' ? 'fine' : 'warning', found: value, advice };
  });

/** The advice; empty where there is none to give. */
type Judge = (value: string) => string;

const RULES: readonly { readonly name: string; readonly judge: Judge }[] = [
  {
    name: 'MaxArraySize',
    judge: (value) =>
      Number(value) < 100
        ? 'campaigns become many small arrays; pack cells (job.tasksPerJob), or ask for a larger one'
        : '',
  },
  { name: 'MaxJobCount', judge: () => '' },
  {
    name: 'JobRequeue',
    judge: (value) =>
      value === '1'
        ? ''
        : 'a job asks for its requeue itself (--requeue); where the site forbids that, units rest as paused and submit goes on: ask for JobRequeue=1',
  },
  {
    name: 'KillWait',
    judge: (value) =>
      seconds(value) < 10
        ? 'a job has less than 10 s between TERM and KILL; a cancel --now may lose the round under way'
        : '',
  },
  {
    name: 'PreemptMode',
    judge: (value) =>
      /CANCEL/.test(value)
        ? 'preempted jobs end and rest as lost or paused; submit goes on: ask for PreemptMode=REQUEUE'
        : '',
  },
  {
    name: 'SlurmctldParameters',
    judge: (value) =>
      value.includes('preempt_send_user_signal')
        ? ''
        : 'a preempted job is not warned, so it loses the round under way: ask for preempt_send_user_signal',
  },
  {
    name: 'MinJobAge',
    judge: (value) =>
      seconds(value) < 60 ? 'ended jobs leave the queue at once; `settling` may show them as lost early' : '',
  },
  {
    name: 'AccountingStorageType',
    judge: (value) =>
      value.endsWith('/none') || value === '(null)'
        ? 'there is no accounting: why a job was lost is not told (leave `accounting: false` in the profile)'
        : '',
  },
];

/** `30 sec` */
const seconds = (value: string): number => Number.parseInt(value, 10);
