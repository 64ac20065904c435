import type { Finding } from '../../doctor/finding.ts';
import type { SiteSettings } from '../site/site-limits.ts';

/** Findings about the settings of a cluster: what works less well, and what to ask the site for. */
export const examineSite = (settings: SiteSettings): Finding[] =>
  RULES.map(({ name, judge }) => {
    const value = settings.get(name);
    if (value === undefined) return { what: name, state: 'warning', found: 'not reported by scontrol', advice: '' };
    const advice = judge(value);
    return { what: name, state: advice === '' ? 'fine' : 'warning', found: value, advice };
  });

/** The advice; empty if there is none. */
type Judge = (value: string) => string;

const RULES: readonly { readonly name: string; readonly judge: Judge }[] = [
  {
    name: 'MaxArraySize',
    judge: (value) =>
      Number(value) < 100
        ? 'campaigns become many small arrays; pack cells (job.tasksPerJob), or ask for a larger value'
        : '',
  },
  { name: 'MaxJobCount', judge: () => '' },
  {
    name: 'JobRequeue',
    judge: (value) =>
      value === '1'
        ? ''
        : 'jobs request requeueing themselves (--requeue); where the site forbids it, units pause until the next submit: ask for JobRequeue=1',
  },
  {
    name: 'KillWait',
    judge: (value) =>
      seconds(value) < 10
        ? 'a job has less than 10 s between TERM and KILL; cancel --now may lose the current round'
        : '',
  },
  {
    name: 'PreemptMode',
    judge: (value) =>
      /CANCEL/.test(value)
        ? 'preempted jobs end as lost or paused until the next submit: ask for PreemptMode=REQUEUE'
        : '',
  },
  {
    name: 'SlurmctldParameters',
    judge: (value) =>
      value.includes('preempt_send_user_signal')
        ? ''
        : 'a preempted job gets no warning and loses the current round: ask for preempt_send_user_signal',
  },
  {
    name: 'MinJobAge',
    judge: (value) =>
      seconds(value) < 60 ? 'finished jobs leave the queue at once; increase `settling` if they are shown as lost' : '',
  },
  {
    name: 'AccountingStorageType',
    judge: (value) =>
      value.endsWith('/none') || value === '(null)'
        ? 'there is no accounting, so the reason for a lost job is unknown (leave `accounting: false` in the profile)'
        : '',
  },
];

/** `30 sec` */
const seconds = (value: string): number => Number.parseInt(value, 10);
