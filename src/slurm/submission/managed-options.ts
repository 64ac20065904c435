/** Options of sbatch that balpm sets itself, with what to use instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  partition: 'set `partition` in the profile',
  account: 'set `account` in the profile',
  qos: 'set `qos` in the profile',
  constraint: 'set `constraint` in the profile',
  reservation: 'set `reservation` in the profile',
  gres: 'set `job.gpus` and `gpuFlag` in the profile',
  gpus: 'set `job.gpus` in the profile',
  'gpus-per-node': 'set `job.gpus` in the profile',
  'gpus-per-task': 'set `job.gpus` in the profile',
  'cpus-per-task': 'set `job.cpus` in the profile',
  mem: 'set `job.memGb` in the profile',
  'mem-per-cpu': 'set `job.memGb` in the profile',
  'mem-per-gpu': 'set `job.memGb` in the profile',
  time: 'set `job.minutes` in the profile',
  signal: 'set `job.warnSeconds` in the profile',
  requeue: 'set `job.requeue` in the profile',
  'no-requeue': 'set `job.requeue` in the profile',
  dependency: 'use --afterok',
  wait: 'use --wait',
  'test-only': 'balpm calls it before every submission',
};
const OURS =
  'array comment job-name nodes ntasks ntasks-per-node open-mode output error input export export-file parsable chdir wrap kill-on-invalid-dep get-user-env batch clusters';

const SHORT: Readonly<Record<string, string>> = {
  p: 'partition',
  A: 'account',
  q: 'qos',
  C: 'constraint',
  G: 'gpus',
  c: 'cpus-per-task',
  t: 'time',
  d: 'dependency',
  W: 'wait',
  a: 'array',
  J: 'job-name',
  N: 'nodes',
  n: 'ntasks',
  o: 'output',
  e: 'error',
  i: 'input',
  D: 'chdir',
  M: 'clusters',
  H: 'hold',
};

const LONG = [...Object.keys(INSTEAD), ...OURS.split(' ')];

/**
 * The managed option that a name (without dashes) would set, null if there is none; sbatch also accepts prefixes of
 * names.
 */
export function managedOption(name: string): { readonly option: string; readonly instead: string } | null {
  const long = name.length === 1 ? SHORT[name] : name;
  if (long === undefined) return null;
  const option = LONG.includes(long) ? long : LONG.find((managed) => managed.startsWith(long));
  return option === undefined ? null : { option, instead: INSTEAD[option] ?? 'it cannot be changed' };
}
