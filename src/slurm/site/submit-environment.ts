/** What a job may need of the submitting shell: places, no secrets and nothing of a job that the shell runs in. */
const PASSED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'TZ',
  'SLURM_CONF',
  'XDG_STATE_HOME',
  'XDG_CACHE_HOME',
  'BALPM_PYTHON',
  'HF_HOME',
  'HF_HUB_CACHE',
];

/**
 * The environment that Slurm's commands are started with, and with it the job: what a shell, or a job that submits,
 * has set otherwise (SBATCH_PARTITION, SLURM_ARRAY_TASK_ID, SLURM_CPU_BIND) changes nothing. `names` are passed on too.
 */
export function submitEnvironment(inherited: NodeJS.ProcessEnv, names: readonly string[] = []): Record<string, string> {
  const passed = [...PASSED, ...names].map((name) => [name, inherited[name]] as const);
  return Object.fromEntries(passed.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}
